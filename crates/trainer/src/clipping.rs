//! Clipping of the gradients by their norm.

use burn::{
    module::{Module, ModuleVisitor, Param},
    optim::GradientsParams,
    tensor::Tensor,
};
use model::Network;

/// The number that PyTorch adds to the norm, which keeps it from a division by 0.
const EPSILON: f64 = 1e-6;

/// The gradients, scaled down so that the Euclidean norm of all of them together is at most `most`,
/// if there is a limit, as PyTorch's `clip_grad_norm_` does it (Pascanu et al. 2013,
/// <https://arxiv.org/abs/1211.5063>). The norm stays on the device.
pub fn clipped(
    mut gradients: GradientsParams,
    network: &Network,
    most: Option<f64>,
) -> GradientsParams {
    let Some(most) = most else { return gradients };
    let mut squares = Squares { gradients: &gradients, sum: None };
    network.visit(&mut squares);
    let Some(sum) = squares.sum else { return gradients };
    let factor = (sum.sqrt() + EPSILON).recip().mul_scalar(most).clamp_max(1.0);
    network.visit(&mut Scaling { gradients: &mut gradients, factor });
    gradients
}

/// Adds up the squares of all gradients.
struct Squares<'a> {
    gradients: &'a GradientsParams,
    /// `[1]`.
    sum: Option<Tensor<1>>,
}

impl ModuleVisitor for Squares<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(gradient) = self.gradients.get::<D>(param.id) else { return };
        let squares = gradient.square().sum();
        self.sum = Some(match self.sum.take() {
            Some(sum) => sum + squares,
            None => squares,
        });
    }
}

/// Multiplies all gradients by a factor.
struct Scaling<'a> {
    gradients: &'a mut GradientsParams,
    /// `[1]`.
    factor: Tensor<1>,
}

impl ModuleVisitor for Scaling<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(gradient) = self.gradients.remove::<D>(param.id) else { return };
        let factor = self.factor.clone().reshape([1; D]);
        self.gradients.register(param.id, gradient * factor);
    }
}
