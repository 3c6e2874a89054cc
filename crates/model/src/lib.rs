//! A multilayer perceptron for handwritten digits, on any Burn backend.
//!
//! 784 pixels in, 10 logits out, hidden blocks of Linear → (LayerNorm) → ReLU → (Dropout) between. This crate depends
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

/// The pixels of an image: 28 rows of 28.
pub const INPUTS: usize = 784;
/// The digits 0 to 9.
pub const CLASSES: usize = 10;
