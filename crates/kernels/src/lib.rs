//! Hand-written CPU kernels for Burn's flex backend.
//!
//! | module | operation | why it is faster |
//! | --- | --- | --- |
//! | [`mod@linear`] | a linear layer over images | skips the zeros, four of five pixels in MNIST |
//! | [`mod@layer_norm`] | layer normalization | one pass forward, one back, not a dozen |
//! | [`mod@dropout`] | dropout | a vector of random numbers at once, not one |
//! | [`mod@cross_entropy`] | the loss with its gradient | one operation, not a dozen small ones |
//! | [`sgd`] | the step of stochastic gradient descent | one pass over the weights, in place |
//! | [`adam`] | the step of Adam and AdamW | one pass over weights and moments, in place |
//!
//! Each takes and gives Burn's tensors, with gradients on an autodiff device, and falls back to
//! Burn's own operation on every other backend. [`extension`] puts them into Burn's graph. The
//! vectors are those of the processor at hand ([`pulp`]): AVX-512, AVX2, NEON.

pub mod adam;
pub mod cross_entropy;
pub mod dropout;
pub mod extension;
mod flex;
pub mod layer_norm;
pub mod linear;
pub mod sgd;
mod sparse;

pub use adam::{Adam, Decay};
pub use cross_entropy::cross_entropy;
pub use dropout::dropout;
pub use extension::Kernels;
pub use flex::is_supported;
pub use layer_norm::layer_norm;
pub use linear::{linear, linear_of_greys};
pub use sgd::Sgd;
pub use sparse::{SparseRows, is_sparse};
