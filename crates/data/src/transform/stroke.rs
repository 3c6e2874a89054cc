//! Strokes that are thicker or thinner.

use crate::ImageSize;

/// Mixes each pixel with the brightest of itself and its four neighbours; `weight` is the part of
/// that, of 256.
pub(super) fn thicken(image: &mut [u8], size: ImageSize, weight: u16) {
    mix(image, size, weight, u8::max);
}

/// Mixes each pixel with the darkest of itself and its four neighbours.
pub(super) fn thin(image: &mut [u8], size: ImageSize, weight: u16) {
    mix(image, size, weight, u8::min);
}

fn mix(image: &mut [u8], size: ImageSize, weight: u16, choose: impl Fn(u8, u8) -> u8) {
    let width = size.width();
    // The borders of the copy are the image's own, so that no pixel lacks a neighbour.
    let mut padded = Vec::with_capacity(image.len() + 2 * width);
    padded.extend_from_slice(&image[..width]);
    padded.extend_from_slice(image);
    padded.extend_from_slice(&image[image.len() - width..]);
    for (row, pixels) in image.chunks_exact_mut(width).enumerate() {
        let [above, same, below] = [0, 1, 2].map(|line| &padded[(row + line) * width..][..width]);
        for (column, pixel) in pixels.iter_mut().enumerate() {
            let left = same[column.saturating_sub(1)];
            let right = same[(column + 1).min(width - 1)];
            let vertical = choose(above[column], below[column]);
            let chosen = choose(choose(left, right), choose(vertical, same[column]));
            *pixel = mixed(*pixel, chosen, weight);
        }
    }
}

/// A mean of two values, the second of which has this weight of 256.
fn mixed(one: u8, other: u8, weight: u16) -> u8 {
    ((u32::from(one) * u32::from(256 - weight) + u32::from(other) * u32::from(weight) + 128) >> 8)
        as u8
}
