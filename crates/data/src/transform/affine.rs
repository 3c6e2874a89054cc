//! Affine transforms of images: rotation, scale, shear and shift.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{
    Transform,
    dispatch::{Kernel, dispatch},
    map::Map,
    source::Source,
};
use crate::ImageSize;

/// Rotates, scales, shears and shifts an image around its middle, each by a random amount.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// The largest rotation, in degrees, to either side.
    pub degrees: f32,
    /// The largest change of width and of height, each on its own: 0.15 for 0.85 to 1.15.
    pub scale: f32,
    /// The largest shear: how far a row moves for each row that it is from the middle.
    pub shear: f32,
    /// The largest shift, in pixels, across and down.
    pub shift: f32,
}

impl Affine {
    /// The usual amounts for handwriting, all of them times a strength.
    pub fn with_strength(strength: f32) -> Self {
        Self {
            degrees: 15.0 * strength,
            scale: (0.15 * strength).min(0.9),
            shear: 0.15 * strength,
            shift: 2.0 * strength,
        }
    }

    /// A map drawn at random.
    pub(super) fn draw(&self, random: &mut ChaCha8Rng) -> Map {
        let mut within = |most: f32| random.random_range(-1.0..=1.0f32) * most;
        let angle = within(self.degrees).to_radians();
        let (width, height) = (1.0 + within(self.scale), 1.0 + within(self.scale));
        let shear = within(self.shear);
        let shift = [within(self.shift), within(self.shift)];
        let (sin, cos) = angle.sin_cos();
        // The inverse of a shear, then a scale, then a rotation.
        let (x, y) = ([cos / width, sin / width], [-sin / height, cos / height]);
        Map { matrix: [[x[0] - shear * y[0], x[1] - shear * y[1]], y], shift }
    }
}

impl Transform for Affine {
    fn apply(&self, image: &mut [u8], size: ImageSize, random: &mut ChaCha8Rng) {
        dispatch(self, image, size, random);
    }
}

impl Kernel for Affine {
    #[inline(always)]
    fn run(&self, image: &mut [u8], size: ImageSize, random: &mut ChaCha8Rng) {
        let places = self.draw(random).places(size, None);
        Source::of(image, size).draw(&places, image);
    }
}
