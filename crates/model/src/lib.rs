//! Networks for small images, MNIST's digits first of all, on any Burn backend.
//!
//! [`Network`] is any of the networks that can be trained: the multilayer perceptron [`Mlp`], with
//! hidden blocks of Linear → (LayerNorm) → ReLU → (Dropout), and the convolutional network [`Cnn`],
//! with two convolutions before such blocks. Pixels go in, one logit per class comes out (784 and
//! 10 by default). [`MlpConfig`] and [`CnnConfig`] describe them and draw their initial weights.
//! [`Layers`] is the list of a network's layers, from which everything else about it follows,
//! [`onnx`] among it. [`ops`] chooses the operations, and [`weights`] exchanges networks with
//! PyTorch as safetensors. The README of the crate follows.
//!
#![cfg_attr(feature = "burn", doc = include_str!("../README.md"))]

mod calibration;
mod image_format;
#[cfg(feature = "burn")]
mod init;
pub mod layers;
mod metadata;
mod network;
#[cfg(feature = "onnx")]
pub mod onnx;
#[cfg(feature = "burn")]
pub mod ops;
#[cfg(feature = "burn")]
pub mod pixels;
#[cfg(feature = "burn")]
pub mod prediction;
#[cfg(feature = "burn")]
pub mod seed;
mod tensors;
#[cfg(feature = "burn")]
pub mod weights;

pub use calibration::Calibration;
pub use image_format::ImageFormat;
pub use layers::{Layer, Layers};
pub use metadata::Metadata;
pub use tensors::NotWeightsError;
#[cfg(feature = "burn")]
pub use {
    network::*, ops::cross_entropy, pixels::Pixels, prediction::Prediction, weights::WeightsError,
};

/// The number of pixels of an MNIST image, 28 rows of 28: the default number of inputs.
pub const INPUTS: usize = 784;
/// The ε of a layer norm, added to the variance: PyTorch's default.
pub const EPSILON: f64 = 1e-5;
/// The number of digits, 0 to 9: the default number of classes.
pub const CLASSES: usize = 10;
