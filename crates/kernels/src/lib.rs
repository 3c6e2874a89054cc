//! Operations that Burn's flex backend computes faster when they are written for them.
//!
//! | module | what it computes | why it is faster |
//! | --- | --- | --- |
//! | [`sparse`] | a linear layer over images as lists of their non-zero pixels | four of five pixels are zero in MNIST |
//! | [`mod@layer_norm`] | layer normalization with gradients | one pass forward and one back, in place of a dozen |
//! | [`mod@dropout`] | dropout | a vector of random numbers at once, in place of one |
//! | [`mod@cross_entropy`] | the loss with its gradient | one operation in place of a dozen small ones |
//! | [`sgd`] | the step of stochastic gradient descent | one pass over the weights, in place |
//! | [`adam`] | the step of Adam and AdamW | one pass over weights and moments, in place, in place of a dozen |
//!
//! Each takes and gives Burn's tensors, with gradients where they are asked for, and each stands
//! beside the plain formula, which it uses on every other backend. Vectors are those of the
//! processor at hand ([`pulp`]): AVX-512, AVX2, NEON.

pub mod adam;
pub mod cross_entropy;
pub mod dropout;
mod flex;
pub mod layer_norm;
pub mod sgd;
pub mod sparse;

pub use adam::{Adam, Decay};
pub use cross_entropy::cross_entropy;
pub use dropout::dropout;
pub use flex::is_supported;
pub use layer_norm::layer_norm;
pub use sgd::Sgd;
pub use sparse::linear;
