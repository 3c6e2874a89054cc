//! Strokes that are thicker or thinner.

use crate::ImageSize;

/// Mixes each pixel with the brightest of itself and its four neighbours, which has this
/// weight of 256.
#[inline(always)]
pub(super) fn thicken(image: &mut [u8], size: ImageSize, weight: u16) {
    mix(image, size, weight, 0, u8::max);
}

/// Mixes each pixel with the darkest of itself and its four neighbours, with a weight like that.
#[inline(always)]
pub(super) fn thin(image: &mut [u8], size: ImageSize, weight: u16) {
    mix(image, size, weight, u8::MAX, u8::min);
}

/// A neighbour that the image lacks has the value `beyond`, which is never chosen.
#[inline(always)]
fn mix(image: &mut [u8], size: ImageSize, weight: u16, beyond: u8, choose: impl Fn(u8, u8) -> u8) {
    // With a row above and below, and a column between the rows, one loop passes over all pixels.
    let (width, stride) = (size.width(), size.width() + 1);
    let mut padded = vec![beyond; stride * (size.height() + 2)];
    for (pixels, padded) in image.chunks_exact(width).zip(padded.chunks_exact_mut(stride).skip(1)) {
        padded[..width].copy_from_slice(pixels);
    }
    let from = |start: usize| padded[start..][..stride * size.height()].iter();
    let horizontal = from(stride - 1).zip(from(stride + 1));
    let vertical = from(0).zip(from(2 * stride));
    let pixels = from(stride).zip(horizontal).zip(vertical);
    let mixed = pixels.map(|((pixel, (left, right)), (above, below))| {
        let chosen = choose(choose(*left, *right), choose(*above, *below));
        mean(*pixel, choose(*pixel, chosen), weight)
    });
    let mixed: Vec<u8> = mixed.collect();
    for (pixels, mixed) in image.chunks_exact_mut(width).zip(mixed.chunks_exact(stride)) {
        pixels.copy_from_slice(&mixed[..width]);
    }
}

/// The mean of two values, the second of which has this weight of 256.
#[inline(always)]
fn mean(one: u8, other: u8, weight: u16) -> u8 {
    ((u16::from(one) * (256 - weight) + u16::from(other) * weight + 128) >> 8) as u8
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_pixel_is_mixed_with_the_extreme_of_those_around_it_in_the_image(
            (size, image) in (1..40_usize, 1..40_usize).prop_flat_map(|(width, height)| {
                let size = ImageSize::new(width, height).unwrap();
                (Just(size), prop::collection::vec(any::<u8>(), size.pixels()))
            }),
            weight in 0..=256_u16,
        ) {
            let (mut thick, mut lean) = (image.clone(), image.clone());
            thicken(&mut thick, size, weight);
            thin(&mut lean, size, weight);
            for (index, pixel) in image.iter().enumerate() {
                let (x, y) = (index % size.width(), index / size.width());
                let around: Vec<u8> = (0..image.len())
                    .filter(|other| {
                        let (across, down) = (other % size.width(), other / size.width());
                        across.abs_diff(x) + down.abs_diff(y) <= 1
                    })
                    .map(|other| image[other])
                    .collect();
                let mixed = |extreme: u8| {
                    let part = f64::from(weight) / 256.0;
                    let mean = f64::from(*pixel) * (1.0 - part) + f64::from(extreme) * part;
                    (mean + 0.5).floor() as u8
                };
                prop_assert_eq!(thick[index], mixed(*around.iter().max().unwrap()));
                prop_assert_eq!(lean[index], mixed(*around.iter().min().unwrap()));
            }
        }
    }
}
