//! The step of Adam and AdamW.

use burn::{
    optim::{AdamState, AdaptiveMomentumState, LearningRate, Optimizer},
    tensor::{Device, Tensor},
};
use pulp::{Arch, Simd, WithSimd};

use crate::{
    flex::{self, Floats},
    normal::normal,
};

/// How much of the mean of the gradients, and of that of their squares, is kept in each step: β₁
/// and β₂.
const BETAS: [f64; 2] = [0.9, 0.999];
/// The same, as values are multiplied by it, and what the new gradient counts: 1 − β₁ and 1 − β₂.
/// As PyTorch does, and Burn does not, the difference is rounded, and not taken of what is rounded:
/// 1 − 0.999 would be off by 5 · 10⁻⁵ of it.
const OLD: [f32; 2] = [BETAS[0] as f32, BETAS[1] as f32];
const NEW: [f32; 2] = [(1.0 - BETAS[0]) as f32, (1.0 - BETAS[1]) as f32];
/// What keeps the step from a division by 0: ε.
const EPSILON: f64 = 1e-8;

/// Adam (Kingma, Ba 2015, <https://arxiv.org/abs/1412.6980>), as PyTorch's `torch.optim.Adam`, and
/// AdamW (Loshchilov, Hutter 2019, <https://arxiv.org/abs/1711.05101>), as its `torch.optim.AdamW`,
/// with their defaults for β₁, β₂ and ε.
///
/// With weights w, gradient g and learning rate η, in step t = 1, 2, …: m ← β₁ m + (1 − β₁) g, v ←
/// β₂ v + (1 − β₂) g², both from 0, and w ← w − η m̂ / (√v̂ + ε), where m̂ = m / (1 − β₁ᵗ) and v̂ =
/// v / (1 − β₂ᵗ); [`Decay`] adds to this.
///
/// On flex, weights and moments are changed in place, in one pass, and a moment below the normal
/// numbers becomes 0.
#[derive(Debug, Clone)]
pub struct Adam {
    /// What pulls the weights towards 0.
    pub decay: Decay,
}

/// How the weights decay; the number is λ, from 0.
#[derive(Debug, Clone, Copy)]
pub enum Decay {
    /// Adam's, an L2 penalty: first of all, g ← g + λ w.
    Penalty(f32),
    /// AdamW's, which the moments do not see: before the step, w ← w − η λ w.
    Decoupled(f32),
}

/// The state is that of Burn's own Adam, whose names are those of its AdamW: what one has written,
/// the others can go on with.
impl Optimizer for Adam {
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: LearningRate,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        let state = match state {
            Some(state) => state.momentum,
            None => AdaptiveMomentumState::new(0, weights.zeros_like(), weights.zeros_like()),
        };
        let time = state.time + 1;
        let step = Step::new(self.decay, learning_rate, time);
        let all = [weights, state.moment_1, state.moment_2];
        let on_flex = (
            all.each_ref().map(|tensor| flex::plain(tensor.clone())),
            flex::plain(gradient.clone()),
        );
        let [weights, moment_1, moment_2] = match on_flex {
            ([Some(weights), Some(moment_1), Some(moment_2)], Some(gradient)) => {
                // What is held twice cannot be changed in place.
                drop(all);
                step.in_place([weights, moment_1, moment_2], &gradient).map(flex::from_plain)
            }
            _ => step.plain(all, gradient),
        };
        (weights, Some(AdamState::new(AdaptiveMomentumState::new(time, moment_1, moment_2))))
    }

    fn to_device<const D: usize>(mut state: AdamState<D>, device: &Device) -> AdamState<D> {
        state.momentum = state.momentum.to_device(device);
        state
    }
}

/// What is the same for all values of a step. With c = √(1 − β₂ᵗ), η m̂ / (√v̂ + ε) = η m (c / (1 −
/// β₁ᵗ)) / (√v + c ε): one division for each value, in place of three.
#[derive(Debug, Clone, Copy)]
struct Step {
    learning_rate: f32,
    /// λ of an L2 penalty.
    penalty: f32,
    /// What is left of the weights: 1 − η λ where the decay is decoupled.
    kept: f32,
    /// c / (1 − β₁ᵗ)
    factor: f32,
    /// c ε
    epsilon: f32,
}

impl Step {
    fn new(decay: Decay, learning_rate: LearningRate, time: usize) -> Self {
        let [beta_1, beta_2] = BETAS.map(|beta| beta.powi(time as i32));
        let correction = (1.0 - beta_2).sqrt();
        let (penalty, kept) = match decay {
            Decay::Penalty(penalty) => (penalty, 1.0),
            Decay::Decoupled(decay) => (0.0, 1.0 - learning_rate * f64::from(decay)),
        };
        Self {
            learning_rate: learning_rate as f32,
            penalty,
            kept: kept as f32,
            factor: (correction / (1.0 - beta_1)) as f32,
            epsilon: (EPSILON * correction) as f32,
        }
    }

    /// The weights, m and v after the step, from those before it.
    fn plain<const D: usize>(
        self,
        [weights, m, v]: [Tensor<D>; 3],
        gradient: Tensor<D>,
    ) -> [Tensor<D>; 3] {
        let gradient = weights.clone() * self.penalty + gradient;
        let m = m * OLD[0] + gradient.clone() * NEW[0];
        let v = v * OLD[1] + gradient.square() * NEW[1];
        let direction = m.clone() * self.factor / (v.clone().sqrt() + self.epsilon);
        [weights * self.kept - direction * self.learning_rate, m, v]
    }

    /// The same, in one pass.
    fn in_place(self, tensors: [Floats; 3], gradient: &Floats) -> [Floats; 3] {
        let gradient = flex::contiguous(gradient);
        let mut tensors = tensors.map(flex::into_contiguous);
        let [weights, m, v] = tensors.each_mut().map(|tensor| tensor.storage_mut());
        Arch::new().dispatch(Update { step: self, weights, m, v, gradient: gradient.storage() });
        tensors
    }
}

/// One pass over the values of a parameter, of its moments and of its gradient.
struct Update<'a> {
    step: Step,
    weights: &'a mut [f32],
    m: &'a mut [f32],
    v: &'a mut [f32],
    gradient: &'a [f32],
}

impl WithSimd for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Step { learning_rate, penalty, kept, factor, epsilon } = self.step;
        let values = self.weights.iter_mut().zip(self.m).zip(self.v).zip(self.gradient);
        for (((weight, m), v), gradient) in values {
            let gradient = *weight * penalty + gradient;
            *m = normal(*m * OLD[0] + gradient * NEW[0]);
            *v = normal(*v * OLD[1] + gradient * gradient * NEW[1]);
            let direction = *m * factor / (v.sqrt() + epsilon);
            *weight = *weight * kept - direction * learning_rate;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends where it fails")]
mod tests {
    use burn::tensor::Distribution;

    use super::*;

    #[test]
    fn in_place_is_the_plain_formula_to_the_bit() {
        let device = Device::flex();
        let random =
            |low, high| Tensor::<2>::random([9, 7], Distribution::Uniform(low, high), &device);
        for decay in [Decay::Penalty(0.0), Decay::Penalty(0.1), Decay::Decoupled(0.1)] {
            let (step, gradient) = (Step::new(decay, 0.01, 3), random(-1.0, 1.0));
            let before = [random(-1.0, 1.0), random(-1.0, 1.0), random(0.0, 1.0)];
            let on_flex = |tensor: &Tensor<2>| flex::plain(tensor.clone()).unwrap();
            let in_place = step.in_place(before.each_ref().map(on_flex), &on_flex(&gradient));
            let plain = step.plain(before, gradient);
            for (in_place, plain) in in_place.map(flex::from_plain::<2>).into_iter().zip(plain) {
                assert_eq!(in_place.into_data(), plain.into_data(), "{decay:?}");
            }
        }
    }

    #[test]
    fn moments_without_a_gradient_end_at_0() {
        let device = Device::flex();
        let tensor = |value| Tensor::<1>::from_floats([value], &device);
        let step = Step::new(Decay::Penalty(0.0), 0.01, 3);
        let mut tensors = [1.0, 1e-37, 1e-37].map(|value| flex::plain(tensor(value)).unwrap());
        for _ in 0..3000 {
            tensors = step.in_place(tensors, &flex::plain(tensor(0.0)).unwrap());
        }
        let values = tensors.map(|tensor| flex::from_plain::<1>(tensor).into_scalar::<f32>());
        assert_eq!(values, [1.0, 0.0, 0.0]);
    }
}
