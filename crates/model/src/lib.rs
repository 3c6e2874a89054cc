//! A multilayer perceptron for small images, MNIST's digits first of all, on any Burn backend.
//!
//! Pixels in, one logit per class out (784 and 10 by default), with hidden blocks of Linear → (LayerNorm) → ReLU → (Dropout)
//! between them. This crate depends on Burn alone, so that any project can use it: [`config`] describes a network and draws
//! its initial weights, [`mlp`] runs it, [`weights`] exchanges it with PyTorch as safetensors. The README of the crate
//! follows.
//!
#![doc = include_str!("../README.md")]

pub mod config;
pub mod mlp;
pub mod weights;

pub use config::MlpConfig;
pub use mlp::{Block, Mlp, Prediction};
pub use weights::WeightsError;

/// The number of pixels of an MNIST image, 28 rows of 28: the default number of inputs.
pub const INPUTS: usize = 784;
/// What a layer norm adds to the variance, under the root: PyTorch's default.
pub const EPSILON: f64 = 1e-5;
/// The number of digits, 0 to 9: the default number of classes.
pub const CLASSES: usize = 10;
