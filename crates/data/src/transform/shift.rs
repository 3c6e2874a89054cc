//! Shifts of images.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::Transform;
use crate::ImageSize;

/// Shifts an image by whole pixels, each distance and direction equally likely, independently
/// across and down. What leaves the frame is lost; background takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The largest distance, in pixels.
    pub most: usize,
}

impl Transform for Shift {
    fn apply(&self, image: &mut [u8], size: ImageSize, random: &mut ChaCha8Rng) {
        let mut distance = |length: usize| {
            let most = self.most.min(length - 1);
            random.random_range(0..=2 * most) as isize - most as isize
        };
        let (right, down) = (distance(size.width()), distance(size.height()));
        shift(image, down * size.width() as isize);
        image.chunks_exact_mut(size.width()).for_each(|row| shift(row, right));
    }
}

/// Moves values towards the end, or by a negative distance towards the start.
fn shift(values: &mut [u8], by: isize) {
    let (distance, kept) = (by.unsigned_abs(), values.len() - by.unsigned_abs());
    if by >= 0 {
        values.copy_within(..kept, distance);
        values[..distance].fill(0);
    } else {
        values.copy_within(distance.., 0);
        values[kept..].fill(0);
    }
}
