//! A multilayer perceptron for small images, MNIST's digits first of all, on any Burn backend.
//!
//! Pixels in, a logit a class out (784 and 10 unless told otherwise), hidden blocks of Linear → (LayerNorm) → ReLU → (Dropout) between. This crate depends
//! on Burn alone, so that any project can take it: [`config`] describes a network and draws its first weights,
//! [`mlp`] runs it, [`weights`] exchanges it with PyTorch as safetensors. What follows is its README.
//!
#![doc = include_str!("../README.md")]

pub mod config;
pub mod mlp;
pub mod weights;

pub use config::MlpConfig;
pub use mlp::{Mlp, Prediction};
pub use weights::WeightsError;

/// The pixels of an image of MNIST, 28 rows of 28: what a network has as inputs by default.
pub const INPUTS: usize = 784;
/// The digits 0 to 9: what a network has as classes by default.
pub const CLASSES: usize = 10;
