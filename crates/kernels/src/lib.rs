//! Hand-written CPU kernels for Burn's flex backend.
//!
//! | function or type | operation | why it is faster |
//! | --- | --- | --- |
//! | [`linear_of_images`], [`linear_of_greys`] | a first layer | skips zeros |
//! | [`linear`] | another linear layer, ReLU | one pass over the products in place of two |
//! | [`convolution`] | convolution, ReLU, max pooling | keeps only the largest of four values |
//! | [`layer_norm`] | layer normalization | one pass forward, one back, not a dozen |
//! | [`dropout`] | dropout | a vector of random numbers at once, not one |
//! | [`cross_entropy`] | the loss with its gradient | one operation, not a dozen small ones |
//! | [`Sgd`] | the step of stochastic gradient descent | one pass over the weights, in place |
//! | [`Adam`] | the step of Adam and AdamW | one pass over weights and moments, in place |
//!
//! Each takes and gives Burn's tensors, with gradients on an autodiff device, and falls back to
//! Burn's own operation on every other backend. Each operation has a file for its arithmetic;
//! [`extension`] puts it into Burn's graph, [`functions`] chooses between it and Burn's own. The
//! vectors are those of the processor at hand ([`pulp`]): AVX-512, AVX2, NEON.

mod activation;
pub mod adam;
mod convolution;
mod cross_entropy;
mod dense;
mod dropout;
pub mod extension;
mod flex;
pub mod functions;
mod layer_norm;
mod linear;
mod normal;
pub mod sgd;
mod sparse;

pub use activation::Activation;
pub use adam::{Adam, Decay};
pub use dropout::Mask;
pub use extension::Kernels;
pub use flex::is_supported;
pub use functions::{
    convolution, cross_entropy, dropout, layer_norm, linear, linear_of_greys, linear_of_images,
};
pub use sgd::Sgd;
pub use sparse::{SparseRows, is_sparse};
