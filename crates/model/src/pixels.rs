//! Images as a network takes them.

use burn::tensor::{Int, Tensor};

/// A batch of images, in either form that a network takes: of shape `[batch, inputs]` for an
/// [`Mlp`](crate::Mlp), `[batch, height, width]` for a [`Cnn`](crate::Cnn).
#[derive(Debug, Clone)]
pub enum Pixels<const D: usize = 2> {
    /// From 0 (paper) to 1 (ink).
    Values(Tensor<D>),
    /// Grey values from 0 (paper) to the largest of the network (ink).
    Greys(Tensor<D, Int>),
}

impl<const D: usize> Pixels<D> {
    /// The same from 0 to 1, where `pixel_max` is the grey value of ink.
    pub(crate) fn into_values(self, pixel_max: u8) -> Tensor<D> {
        match self {
            Self::Values(values) => values,
            Self::Greys(greys) => greys.float() / f32::from(pixel_max),
        }
    }
}

impl<const D: usize> From<Tensor<D>> for Pixels<D> {
    fn from(values: Tensor<D>) -> Self {
        Self::Values(values)
    }
}

impl<const D: usize> From<Tensor<D, Int>> for Pixels<D> {
    fn from(greys: Tensor<D, Int>) -> Self {
        Self::Greys(greys)
    }
}
