//! Layer normalization, with its gradients.

use burn::backend::{
    Flex,
    autodiff::{
        checkpoint::base::Checkpointer,
        grads::Gradients,
        ops::{Backward, Ops},
    },
};
use pulp::{Arch, Simd, WithSimd};

use crate::{
    Activation,
    flex::{self, Floats},
};

/// Rows of mean 0 and variance 1.
#[derive(Debug, Clone)]
pub(crate) struct Normalized {
    /// `[batch, units]`
    rows: Vec<f32>,
    /// The factor of each row: 1 / √(variance + ε), `[batch]`.
    factors: Vec<f32>,
}

/// The gradients of the rows, scales and shifts.
#[derive(Debug)]
pub(crate) struct NormBackward;

impl Backward<Flex, 3> for NormBackward {
    /// The normalized rows, the scales, and what the activation keeps.
    type State = (Normalized, Floats, Option<Floats>);

    fn backward(self, ops: Ops<Self::State, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let (normalized, gamma, kept) = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node);
        let gradient = flex::contiguous(&Activation::gradient(kept.as_ref(), gradient));
        let [rows, units] = gradient.layout().shape().dims();
        let [x, gamma_gradient, beta_gradient] =
            backward(normalized, gradient.storage(), flex::contiguous(&gamma).storage());
        let of_parents = [
            flex::floats(x, [rows, units]),
            flex::floats(gamma_gradient, [units]),
            flex::floats(beta_gradient, [units]),
        ];
        for (parent, gradient) in ops.parents.into_iter().zip(of_parents) {
            if let Some(parent) = parent {
                gradients.register::<Flex>(parent.id, gradient);
            }
        }
    }
}

/// The activation of the scaled and shifted rows, `[batch, units]`, and the normalized ones.
pub(crate) fn forward(
    x: &Floats,
    gamma: &Floats,
    beta: &Floats,
    epsilon: f32,
    activation: Activation,
) -> (Floats, Normalized) {
    let (x, gamma, beta) = (flex::contiguous(x), flex::contiguous(gamma), flex::contiguous(beta));
    let [batch, units] = x.layout().shape().dims();
    let (gamma, beta): (&[f32], &[f32]) = (gamma.storage(), beta.storage());
    let mut output = vec![0.0; batch * units];
    let mut normalized = Normalized { rows: x.storage().to_vec(), factors: vec![0.0; batch] };
    Arch::new().dispatch(Forward {
        rows: &mut normalized.rows,
        factors: &mut normalized.factors,
        gamma,
        beta,
        epsilon,
        activation,
        output: &mut output,
    });
    (flex::floats(output, [batch, units]), normalized)
}

struct Forward<'a> {
    /// `[batch, units]`, normalized in place.
    rows: &'a mut [f32],
    /// `[batch]`
    factors: &'a mut [f32],
    gamma: &'a [f32],
    beta: &'a [f32],
    epsilon: f32,
    activation: Activation,
    /// `[batch, units]`
    output: &'a mut [f32],
}

impl WithSimd for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { rows, factors, gamma, beta, epsilon, activation, output } = self;
        let units = gamma.len();
        for ((row, factor), output) in
            rows.chunks_exact_mut(units).zip(factors).zip(output.chunks_exact_mut(units))
        {
            let mean = sum(row) / units as f32;
            for value in row.iter_mut() {
                *value -= mean;
            }
            let variance = dot(row, row) / units as f32;
            *factor = 1.0 / (variance + epsilon).sqrt();
            for (((output, value), gamma), beta) in output.iter_mut().zip(row).zip(gamma).zip(beta)
            {
                *value *= *factor;
                *output = activation.at(*value * gamma + beta);
            }
        }
    }
}

/// The gradients of the rows, scales and shifts.
fn backward(normalized: Normalized, gradient: &[f32], gamma: &[f32]) -> [Vec<f32>; 3] {
    let Normalized { mut rows, factors } = normalized;
    let (mut of_gamma, mut of_beta) = (vec![0.0; gamma.len()], vec![0.0; gamma.len()]);
    let (of_parameters, factors) = ([&mut of_gamma[..], &mut of_beta[..]], &factors[..]);
    Arch::new().dispatch(Back { rows: &mut rows, factors, gradient, gamma, of_parameters });
    [rows, of_gamma, of_beta]
}

/// With the normalized row n, the factor f and the scaled gradient h = γ g of its output, the
/// gradient of a row is f (h − mean(h) − n mean(h n)); that of γ is the sum of g n over the rows,
/// that of β of g.
struct Back<'a> {
    /// `[batch, units]`: normalized, and then their gradients.
    rows: &'a mut [f32],
    /// `[batch]`
    factors: &'a [f32],
    /// `[batch, units]`
    gradient: &'a [f32],
    gamma: &'a [f32],
    /// The gradients of γ and β.
    of_parameters: [&'a mut [f32]; 2],
}

impl WithSimd for Back<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { rows, factors, gradient, gamma, of_parameters: [of_gamma, of_beta] } = self;
        let units = gamma.len();
        let mut scaled = vec![0.0; units];
        for ((row, factor), gradient) in
            rows.chunks_exact_mut(units).zip(factors).zip(gradient.chunks_exact(units))
        {
            let sums = of_gamma.iter_mut().zip(of_beta.iter_mut());
            for ((sums, scaled), ((value, gradient), gamma)) in
                sums.zip(&mut scaled).zip(row.iter().zip(gradient).zip(gamma))
            {
                *sums.0 += gradient * value;
                *sums.1 += gradient;
                *scaled = gradient * gamma;
            }
            let mean = sum(&scaled) / units as f32;
            let along = dot(&scaled, row) / units as f32;
            for (value, scaled) in row.iter_mut().zip(&scaled) {
                *value = factor * (scaled - mean - *value * along);
            }
        }
    }
}

/// As many sums as the widest vectors have lanes: the order of the additions, and with it the
/// result, is the same everywhere.
const LANES: usize = 16;

#[inline(always)]
fn sum(values: &[f32]) -> f32 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for chunk in chunks {
        for lane in 0..LANES {
            sums[lane] += chunk[lane];
        }
    }
    sums.iter().sum::<f32>() + rest.iter().sum::<f32>()
}

#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}
