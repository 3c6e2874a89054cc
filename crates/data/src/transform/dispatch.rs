//! The vectors of the processor at hand.

use rand_chacha::ChaCha8Rng;

use crate::ImageSize;

/// A transform in loops that the compiler vectorizes: once for each kind of processor, with all
/// that is inlined into them. The bytes are the same on each.
pub(super) trait Kernel {
    /// What [`Transform::apply`](super::Transform::apply) does. It is to be inlined always.
    fn run(&self, image: &mut [u8], size: ImageSize, random: &mut ChaCha8Rng);
}

/// Runs a kernel with the widest vectors of this processor.
pub(super) fn dispatch(
    kernel: &impl Kernel,
    image: &mut [u8],
    size: ImageSize,
    random: &mut ChaCha8Rng,
) {
    pulp::Arch::new().dispatch(Run { kernel, image, size, random });
}

struct Run<'a, K> {
    kernel: &'a K,
    image: &'a mut [u8],
    size: ImageSize,
    random: &'a mut ChaCha8Rng,
}

impl<K: Kernel> pulp::WithSimd for Run<'_, K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        self.kernel.run(self.image, self.size, self.random);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::{
        super::{Affine, Elastic},
        *,
    };

    #[test]
    fn vectors_of_any_length_give_the_same_bytes() {
        fn is_same(kernel: &impl Kernel, size: ImageSize, seed: u64) -> bool {
            let random = || ChaCha8Rng::seed_from_u64(seed);
            let mut image = vec![0; size.pixels()];
            random().fill_bytes(&mut image);
            let mut other = image.clone();
            kernel.run(&mut image, size, &mut random());
            dispatch(kernel, &mut other, size, &mut random());
            image == other
        }
        for seed in 0..500 {
            let strength = seed as f32 / 100.0;
            let size = ImageSize::new(8 + seed as usize % 57, 8 + seed as usize % 41).unwrap();
            assert!(is_same(&Affine::with_strength(strength), size, seed));
            assert!(is_same(&Elastic::with_strength(strength), size, seed));
        }
    }
}
