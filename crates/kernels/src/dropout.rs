//! Dropout.

use burn::backend::{
    Flex,
    autodiff::{
        checkpoint::base::Checkpointer,
        grads::Gradients,
        ops::{Backward, Ops},
    },
};
use pulp::{Arch, Simd, WithSimd};

use crate::flex::{self, Floats};

/// The gradient of the inputs, under the mask of the outputs.
#[derive(Debug)]
pub(crate) struct DropoutBackward;

impl Backward<Flex, 1> for DropoutBackward {
    type State = Mask;

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let gradient = gradients.consume::<Flex>(&ops.node);
        if let [Some(x)] = ops.parents {
            gradients.register::<Flex>(x.id, ops.state.on(gradient));
        }
    }
}

/// The factors of all values: a function of their places.
#[derive(Debug, Clone, Copy)]
pub struct Mask {
    /// The lower half and the upper one.
    seed: [u32; 2],
    /// Values whose number is below are zeroed.
    bound: u32,
    /// The factor of the others.
    kept: f32,
}

impl Mask {
    pub(crate) fn new(probability: f64, seed: u64) -> Self {
        Self {
            seed: [seed as u32, (seed >> 32) as u32],
            bound: (probability * 2f64.powi(32)) as u32,
            kept: (1.0 / (1.0 - probability)) as f32,
        }
    }

    pub(crate) fn on(self, values: Floats) -> Floats {
        let mut values = flex::into_contiguous(values);
        Arch::new().dispatch(Multiply { mask: self, values: values.storage_mut() });
        values
    }
}

struct Multiply<'a> {
    mask: Mask,
    values: &'a mut [f32],
}

impl WithSimd for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { mask: Mask { seed: [low, high], bound, kept }, values } = self;
        for (place, value) in values.iter_mut().enumerate() {
            *value *= if hash(place as u32, low, high) < bound { 0.0 } else { kept };
        }
    }
}

/// The number at a place of the stream that a seed stands for: counters a golden ratio apart
/// (Steele, Lea, Flood 2014, <https://doi.org/10.1145/2660193.2660195>), mixed twice by
/// MurmurHash3's finalizer, each time with half of the seed.
#[inline(always)]
fn hash(place: u32, low: u32, high: u32) -> u32 {
    mix(mix(place.wrapping_mul(0x9e37_79b9).wrapping_add(low)) ^ high)
}

#[inline(always)]
fn mix(mut bits: u32) -> u32 {
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x85eb_ca6b);
    bits = (bits ^ (bits >> 13)).wrapping_mul(0xc2b2_ae35);
    bits ^ (bits >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEN: usize = 1 << 20;

    fn mask(len: usize, probability: f64, seed: u64) -> Vec<f32> {
        let mut values = vec![1.0; len];
        Arch::new().dispatch(Multiply { mask: Mask::new(probability, seed), values: &mut values });
        values
    }

    fn dropped(probability: f64, seed: u64) -> Vec<bool> {
        mask(LEN, probability, seed).into_iter().map(|value| value == 0.0).collect()
    }

    fn share(of: impl Iterator<Item = bool>) -> f64 {
        of.filter(|dropped| *dropped).count() as f64 / LEN as f64
    }

    /// Five standard deviations of a share of independent draws.
    fn tolerance(probability: f64) -> f64 {
        5.0 * (probability * (1.0 - probability) / LEN as f64).sqrt()
    }

    #[test]
    fn as_many_are_dropped_as_asked_for_and_the_others_scaled() {
        for probability in [0.001, 0.1, 0.2, 0.5, 0.9] {
            assert!(
                (share(dropped(probability, 7).into_iter()) - probability).abs()
                    < tolerance(probability)
            );
            let sum: f64 = mask(LEN, probability, 7).into_iter().map(f64::from).sum();
            assert!((sum / LEN as f64 - 1.0).abs() < tolerance(probability) / (1.0 - probability));
        }
        assert!(mask(LEN, 0.0, 7).into_iter().all(|value| value == 1.0));
    }

    #[test]
    fn neighbours_rows_and_seeds_are_independent() {
        let both = |a: &[bool], b: &[bool]| share(a.iter().zip(b).map(|(a, b)| *a && *b));
        let one = dropped(0.5, 0);
        for distance in [1, 2, 8, 10, 128, 256, 1 << 16] {
            let share = both(&one, &[&one[distance..], &one[..distance]].concat());
            assert!((share - 0.25).abs() < tolerance(0.25), "distance {distance}: {share}");
        }
        for seed in [1, 2, 0x9e37_79b9, 1 << 32, 1 << 63] {
            let share = both(&one, &dropped(0.5, seed));
            assert!((share - 0.25).abs() < tolerance(0.25), "seed {seed}: {share}");
        }
    }
}
