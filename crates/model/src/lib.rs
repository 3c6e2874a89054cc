//! A multilayer perceptron for small images, MNIST's digits first of all, on any Burn backend.
//!
//! Pixels in, one logit per class out (784 and 10 by default), with hidden blocks of Linear →
//! (LayerNorm) → ReLU → (Dropout) between them. [`config`] describes a network and draws its
//! initial weights, [`mlp`] runs it, [`weights`] exchanges it with PyTorch as safetensors. These
//! need the feature `burn`, which is on unless it is turned off; [`layers`] reads which layers a
//! file holds, and does without. The README of the crate follows.
//!
#![cfg_attr(feature = "burn", doc = include_str!("../README.md"))]

#[cfg(feature = "burn")]
pub mod config;
pub mod layers;
#[cfg(feature = "burn")]
pub mod mlp;
#[cfg(feature = "burn")]
pub mod weights;

pub use layers::Layers;
#[cfg(feature = "burn")]
pub use {
    config::MlpConfig,
    mlp::{Block, Mlp, Prediction},
    weights::WeightsError,
};

/// The number of pixels of an MNIST image, 28 rows of 28: the default number of inputs.
pub const INPUTS: usize = 784;
/// What a layer norm adds to the variance, under the root: PyTorch's default.
pub const EPSILON: f64 = 1e-5;
/// The number of digits, 0 to 9: the default number of classes.
pub const CLASSES: usize = 10;
