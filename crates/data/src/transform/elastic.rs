//! Elastic distortions of images, and strokes that are thicker or thinner.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{
    Affine, Transform,
    dispatch::{Kernel, dispatch},
    source::Source,
    spline::Spline,
    stroke::{thicken, thin},
};
use crate::ImageSize;

/// Distorts an image as if its ink were on rubber, beside an affine transform, and makes its
/// strokes thicker or thinner.
///
/// Simard, Steinkraus and Platt 2003 ("Best Practices for Convolutional Neural Networks Applied to
/// Visual Document Analysis", <https://doi.org/10.1109/ICDAR.2003.1227801>) smooth random
/// displacements of each pixel by a Gaussian of 4 pixels, and scale them by 34: the result has a
/// standard deviation of 1.4 pixels. Here, displacements follow a quadratic B-spline over random
/// nodes 8 pixels apart, with the same deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Elastic {
    /// The affine transform.
    pub affine: Affine,
    /// The standard deviation of the displacements, in pixels.
    pub deviation: f32,
    /// The largest change of the strokes: 1 replaces each pixel by the brightest or the darkest of
    /// its neighbours.
    pub stroke: f32,
}

impl Elastic {
    /// The usual amounts for handwriting, all of them times a strength.
    pub fn with_strength(strength: f32) -> Self {
        Self {
            affine: Affine::with_strength(strength),
            deviation: 1.4 * strength,
            stroke: (0.6 * strength).min(1.0),
        }
    }
}

impl Transform for Elastic {
    fn apply(&self, image: &mut [u8], size: ImageSize, random: &mut ChaCha8Rng) {
        dispatch(self, image, size, random);
    }
}

impl Kernel for Elastic {
    #[inline(always)]
    fn run(&self, image: &mut [u8], size: ImageSize, random: &mut ChaCha8Rng) {
        let map = self.affine.draw(random);
        let across = Spline::draw(size, self.deviation, random);
        let down = Spline::draw(size, self.deviation, random);
        let places = map.places(size, Some(&[across, down]));
        Source::of(image, size).draw(&places, image);
        let stroke = random.random_range(-1.0..=1.0f32) * self.stroke;
        let weight = (stroke.abs() * 256.0) as u16;
        if stroke > 0.0 {
            thicken(image, size, weight);
        } else {
            thin(image, size, weight);
        }
    }
}
