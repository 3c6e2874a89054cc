//! Random transforms of training images: data augmentation.

mod affine;
mod dispatch;
mod elastic;
mod map;
mod shift;
mod source;
mod spline;
mod stroke;

use std::fmt::Debug;

pub use affine::Affine;
pub use elastic::Elastic;
pub use rand_chacha::ChaCha8Rng;
pub use shift::Shift;

use crate::{ImageSize, seeded};

/// The random numbers of the transform of an image: `index` tells it from all others, in each
/// epoch.
pub(crate) fn generator(seed: u64, index: u64) -> ChaCha8Rng {
    seeded::generator(b"transform images", seed, index)
}

/// A random transform of an image. The loader applies it each time that an image is trained on, and
/// chooses its random numbers by the seed of the run, the epoch and the row alone: what becomes of
/// an image depends on neither the batch size, nor the backend, nor where a run was resumed.
pub trait Transform: Debug + Send + Sync {
    /// Transforms an image in place. Its grey values stand row by row, 0 for the background.
    fn apply(&self, image: &mut [u8], size: ImageSize, random: &mut ChaCha8Rng);
}
