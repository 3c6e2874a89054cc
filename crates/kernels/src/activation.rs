//! What follows the sums of a linear layer, computed in the same pass.

use burn::tensor::{Tensor, activation::relu};
use pulp::{Arch, Simd, WithSimd};

use crate::flex::{self, Floats};

/// The function of a layer's sums that its outputs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// The sums themselves.
    Identity,
    /// max(0, x), and what is not a number stays so, as in Burn.
    Relu,
}

impl Activation {
    /// The function by Burn's own operation.
    pub(crate) fn forward<const D: usize>(self, sums: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Identity => sums,
            Self::Relu => relu(sums),
        }
    }

    /// What [`gradient`](Self::gradient) needs to know of the outputs.
    pub(crate) fn kept(self, output: &Floats) -> Option<Floats> {
        (self == Self::Relu).then(|| output.clone())
    }

    /// The value of the function at `sum`.
    #[inline(always)]
    pub(crate) fn at(self, sum: f32) -> f32 {
        match self {
            Self::Relu if sum <= 0.0 => 0.0,
            Self::Identity | Self::Relu => sum,
        }
    }

    /// The gradient of the sums from that of the outputs: 0 where the ReLU was. `kept` is what
    /// [`kept`](Self::kept) gave.
    pub(crate) fn gradient(kept: Option<&Floats>, gradient: Floats) -> Floats {
        let Some(output) = kept else { return gradient };
        let mut gradient = flex::into_contiguous(gradient);
        let output = flex::contiguous(output);
        let (values, output) = (gradient.storage_mut(), output.storage());
        Arch::new().dispatch(Mask { gradient: values, output });
        gradient
    }
}

struct Mask<'a> {
    gradient: &'a mut [f32],
    output: &'a [f32],
}

impl WithSimd for Mask<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (gradient, output) in self.gradient.iter_mut().zip(self.output) {
            *gradient = if *output <= 0.0 { 0.0 } else { *gradient };
        }
    }
}
