//! Images as a network takes them.

use burn::tensor::{Int, Tensor};

/// A batch of images, in either form that an [`Mlp`](crate::Mlp) takes.
#[derive(Debug, Clone)]
pub enum Pixels {
    /// `[batch, inputs]`, from 0 (paper) to 1 (ink).
    Values(Tensor<2>),
    /// `[batch, inputs]`, grey values from 0 (paper) to the largest of the network (ink).
    Greys(Tensor<2, Int>),
}

impl From<Tensor<2>> for Pixels {
    fn from(values: Tensor<2>) -> Self {
        Self::Values(values)
    }
}

impl From<Tensor<2, Int>> for Pixels {
    fn from(greys: Tensor<2, Int>) -> Self {
        Self::Greys(greys)
    }
}
