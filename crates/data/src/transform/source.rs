//! The values of an image between its pixels.

use super::map::Places;
use crate::ImageSize;

/// An image with a border of background.
pub(super) struct Source {
    /// Each pixel, with the one below.
    pairs: Vec<[u8; 2]>,
    /// The binary logarithm of the number of pairs in a row.
    stride: u32,
}

impl Source {
    #[inline(always)]
    pub(super) fn of(image: &[u8], size: ImageSize) -> Self {
        // The last pixel of the border has a neighbour to its right and one below, too.
        let (width, height) = ((size.width() + 3).next_power_of_two(), size.height() + 3);
        let mut padded = vec![0; width * height];
        let inner = padded.chunks_exact_mut(width).skip(1);
        for (pixels, padded) in image.chunks_exact(size.width()).zip(inner) {
            padded[1..=pixels.len()].copy_from_slice(pixels);
        }
        let pairs = padded.iter().zip(&padded[width..]).map(|(pixel, below)| [*pixel, *below]);
        Self { pairs: pairs.collect(), stride: width.ilog2() }
    }

    /// Draws the values at these places, by bilinear interpolation.
    #[inline(always)]
    pub(super) fn draw(&self, Places { x, y }: &Places, image: &mut [u8]) {
        let index = |(x, y): (&u32, &u32)| ((y >> 8) << self.stride) + (x >> 8);
        let mut quads: Vec<u32> = x.iter().zip(y).map(index).collect();
        // Loads from any place, the only loop that is no loop of vectors.
        for quad in &mut quads {
            let index = *quad as usize;
            *quad = match self.pairs.get(index..index + 2) {
                Some([[a, b], [c, d]]) => u32::from_le_bytes([*a, *b, *c, *d]),
                _ => 0,
            };
        }
        for ((pixel, quad), (x, y)) in image.iter_mut().zip(&quads).zip(x.iter().zip(y)) {
            *pixel = mean(*quad, x & 0xff, y & 0xff);
        }
    }
}

/// The mean of four pixels: from the lowest byte on, one, the one below, and those to the right of
/// both. The weights of the right ones and of the lower ones are of 256.
#[inline(always)]
fn mean(quad: u32, right: u32, below: u32) -> u8 {
    // Both columns at once, each in 16 bits.
    let (upper, lower) = (quad & 0x00ff_00ff, (quad >> 8) & 0x00ff_00ff);
    let columns = upper * (256 - below) + lower * below;
    let sum = (columns & 0xffff) * (256 - right) + (columns >> 16) * right;
    ((sum + (1 << 15)) >> 16) as u8
}
