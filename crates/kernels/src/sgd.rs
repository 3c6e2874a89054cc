//! The step of stochastic gradient descent.

use burn::{
    optim::{LearningRate, Optimizer, RecordState, StateSink, StateSource, join_path},
    tensor::{Device, Tensor},
};
use pulp::{Arch, Simd, WithSimd};

use crate::{
    flex::{self, Floats},
    normal::normal,
};

/// Stochastic gradient descent, as PyTorch's `torch.optim.SGD` without dampening.
///
/// With weights w, gradient g, learning rate η, L2 penalty λ and momentum μ: g ← g + λ w, v ← μ v +
/// g (v ← g in the first step), w ← w − η v; in Nesterov's form, w ← w − η (g + μ v).
///
/// On flex, weights and velocity are changed in place, in one pass, by the operations of Burn's own
/// SGD in the same order: the results are the same to the bit, except that a velocity below the
/// normal numbers becomes 0.
#[derive(Debug, Clone)]
pub struct Sgd {
    /// λ, from 0.
    pub weight_decay: f32,
    /// μ, from 0 to below 1; with 0, there is no velocity.
    pub momentum: f32,
    /// Whether the momentum is Nesterov's.
    pub nesterov: bool,
}

/// What is remembered of earlier steps.
#[derive(Debug, Clone)]
pub struct SgdState<const D: usize> {
    /// v, in the shape of the parameter; none without momentum.
    pub velocity: Option<Tensor<D>>,
}

/// Under the names that Burn's own SGD gives its state.
impl<const D: usize> RecordState for SgdState<D> {
    fn state_flatten(&self, prefix: &str, out: &mut StateSink) {
        if let Some(velocity) = &self.velocity {
            out.push_tensor(&join_path(prefix, "momentum"), "velocity", velocity.to_data());
        }
    }

    fn state_unflatten(prefix: &str, source: &mut StateSource, device: &Device) -> Option<Self> {
        let velocity = source.take_tensor(&join_path(prefix, "momentum"), "velocity");
        Some(Self { velocity: velocity.map(|velocity| Tensor::from_data(velocity, device)) })
    }
}

impl Optimizer for Sgd {
    type State<const D: usize> = SgdState<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: LearningRate,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<SgdState<D>>,
    ) -> (Tensor<D>, Option<SgdState<D>>) {
        let velocity = state.and_then(|state| state.velocity);
        let learning_rate = learning_rate as f32;
        let (weights, velocity) =
            match (flex::plain(weights.clone()), flex::plain(gradient.clone())) {
                (Some(on_flex), Some(gradient)) => {
                    // What is held twice cannot be changed in place.
                    drop(weights);
                    self.in_place(learning_rate, on_flex, &gradient, velocity)
                }
                _ => self.plain(learning_rate, weights, gradient, velocity),
            };
        (weights, Some(SgdState { velocity }))
    }

    fn to_device<const D: usize>(state: SgdState<D>, device: &Device) -> SgdState<D> {
        SgdState { velocity: state.velocity.map(|velocity| velocity.to_device(device)) }
    }
}

impl Sgd {
    fn plain<const D: usize>(
        &self,
        learning_rate: f32,
        weights: Tensor<D>,
        mut gradient: Tensor<D>,
        velocity: Option<Tensor<D>>,
    ) -> (Tensor<D>, Option<Tensor<D>>) {
        if self.weight_decay > 0.0 {
            gradient = gradient + weights.clone() * self.weight_decay;
        }
        if self.momentum == 0.0 {
            return (weights - gradient * learning_rate, None);
        }
        let velocity = match velocity {
            Some(velocity) => velocity * self.momentum + gradient.clone(),
            None => gradient.clone(),
        };
        let direction = if self.nesterov {
            velocity.clone() * self.momentum + gradient
        } else {
            velocity.clone()
        };
        (weights - direction * learning_rate, Some(velocity))
    }

    fn in_place<const D: usize>(
        &self,
        learning_rate: f32,
        weights: Floats,
        gradient: &Floats,
        velocity: Option<Tensor<D>>,
    ) -> (Tensor<D>, Option<Tensor<D>>) {
        let (mut weights, gradient) = (flex::into_contiguous(weights), flex::contiguous(gradient));
        let is_first = velocity.is_none();
        let mut velocity = match velocity {
            _ if self.momentum == 0.0 => None,
            Some(velocity) => flex::plain(velocity).map(flex::into_contiguous),
            None => Some(flex::floats(
                vec![0.0; gradient.storage::<f32>().len()],
                weights.layout().shape().dims::<D>(),
            )),
        };
        Arch::new().dispatch(Update {
            rule: self,
            learning_rate,
            is_first,
            weights: weights.storage_mut(),
            gradient: gradient.storage(),
            velocity: velocity.as_mut().map(|velocity| velocity.storage_mut()),
        });
        (flex::from_plain(weights), velocity.map(flex::from_plain))
    }
}

/// One pass over the values of a parameter, of its gradient, and of its velocity if there is
/// momentum.
struct Update<'a> {
    rule: &'a Sgd,
    learning_rate: f32,
    /// Whether there is no velocity from before.
    is_first: bool,
    weights: &'a mut [f32],
    gradient: &'a [f32],
    velocity: Option<&'a mut [f32]>,
}

impl WithSimd for Update<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self {
            rule: &Sgd { weight_decay, momentum, nesterov }, learning_rate, is_first, ..
        } = self;
        let values = self.weights.iter_mut().zip(self.gradient);
        match self.velocity {
            None if weight_decay == 0.0 => {
                for (weight, gradient) in values {
                    *weight -= gradient * learning_rate;
                }
            }
            None => {
                for (weight, gradient) in values {
                    *weight -= (gradient + *weight * weight_decay) * learning_rate;
                }
            }
            Some(velocity) => {
                for ((weight, gradient), velocity) in values.zip(velocity) {
                    let gradient = if weight_decay > 0.0 {
                        gradient + *weight * weight_decay
                    } else {
                        *gradient
                    };
                    let sum = if is_first { gradient } else { *velocity * momentum + gradient };
                    *velocity = normal(sum);
                    let direction =
                        if nesterov { *velocity * momentum + gradient } else { *velocity };
                    *weight -= direction * learning_rate;
                }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test ends where it fails")]
mod tests {
    use super::*;

    #[test]
    fn a_velocity_without_a_gradient_ends_at_0() {
        let rule = Sgd { weight_decay: 0.0, momentum: 0.9, nesterov: false };
        let tensor = |value| Tensor::<1>::from_floats([value], &Device::flex());
        let mut state = Some(SgdState { velocity: Some(tensor(1e-37)) });
        for _ in 0..100 {
            state = rule.step(0.1, tensor(1.0), tensor(0.0), state).1;
        }
        let velocity = state.unwrap().velocity.unwrap();
        assert_eq!(velocity.into_scalar::<f32>(), 0.0);
    }
}
