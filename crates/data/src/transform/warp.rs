//! Draws an image anew where a map of its places leads.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::ImageSize;

/// An affine map of places, relative to the middle of the image: across, then down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Map {
    pub(super) matrix: [[f32; 2]; 2],
    pub(super) shift: [f32; 2],
}

/// A displacement of each pixel, interpolated between those at the nodes of a grid.
#[derive(Debug, Clone)]
pub(super) struct Displacement {
    /// Nodes in a row.
    columns: usize,
    /// The displacement at each node, row by row: across and down, in 1/256 pixels.
    nodes: Vec<[i32; 2]>,
    /// The largest of them, in pixels.
    most: f32,
}

/// Pixels between two nodes.
const STEP: usize = 6;
/// Fixed-point numbers have 8 binary places: enough for pixels of 8 bits, and fast.
const ONE: i32 = 256;

impl Displacement {
    /// Displacements drawn at random, each up to `most` pixels across and down.
    pub(super) fn draw(size: ImageSize, most: f32, random: &mut ChaCha8Rng) -> Self {
        let columns = size.width().div_ceil(STEP) + 1;
        let rows = size.height().div_ceil(STEP) + 1;
        let mut draw = || (random.random_range(-1.0..=1.0f32) * most * ONE as f32) as i32;
        let nodes = (0..columns * rows).map(|_| [draw(), draw()]).collect();
        Self { columns, nodes, most }
    }

    /// The displacements at the nodes, interpolated for a row of pixels.
    fn row(&self, row: usize, into: &mut Vec<[i32; 2]>) {
        let (node, below) = (row / STEP, (row % STEP) as i32);
        let [upper, lower] =
            [node, node + 1].map(|node| &self.nodes[node * self.columns..][..self.columns]);
        let mean = |upper: i32, lower: i32| upper + (lower - upper) * below / STEP as i32;
        into.clear();
        let pairs = upper.iter().zip(lower);
        into.extend(pairs.map(|(upper, lower)| [0, 1].map(|axis| mean(upper[axis], lower[axis]))));
    }
}

/// Draws the image anew: each pixel has the value of the image at the place that the map leads
/// from, by bilinear interpolation. Outside of the image, there is background.
pub(super) fn warp(
    image: &mut [u8],
    size: ImageSize,
    map: &Map,
    displacement: Option<&Displacement>,
) {
    let (width, height) = (size.width() as i32, size.height() as i32);
    let Some(ink) = Rectangle::of_ink(image, size) else { return };
    let most = displacement.map_or(0.0, |displacement| displacement.most);
    let drawn = ink.mapped(map, size, most);
    let source = Padded::of(image, size);
    image.fill(0);
    let [[a, b], [c, d]] = map.matrix;
    // A map that flattens the image has no inverse.
    let determinant = a * d - b * c;
    if determinant.abs() < 1e-3 {
        return;
    }
    let inverse = [[d, -b], [-c, a]].map(|row| row.map(|value| value / determinant));
    let fixed = |value: f32| (value * ONE as f32).round() as i32;
    let across = [fixed(inverse[0][0]), fixed(inverse[1][0])];
    let middle = [(width - 1) as f32 / 2.0, (height - 1) as f32 / 2.0];
    let mut nodes = Vec::new();
    for row in drawn.top..drawn.bottom {
        let from =
            [drawn.left as f32 - middle[0] - map.shift[0], row as f32 - middle[1] - map.shift[1]];
        let start = |axis: usize| {
            fixed(inverse[axis][0] * from[0] + inverse[axis][1] * from[1] + middle[axis])
        };
        let mut place = [start(0), start(1)];
        let pixels = &mut image[(row * width) as usize..][..width as usize];
        let pixels = &mut pixels[drawn.left as usize..drawn.right as usize];
        match displacement {
            None => {
                for pixel in pixels {
                    *pixel = source.at(place);
                    place = [place[0] + across[0], place[1] + across[1]];
                }
            }
            Some(displacement) => {
                displacement.row(row as usize, &mut nodes);
                for (column, pixel) in (drawn.left as usize..).zip(pixels) {
                    let (node, right) = (column / STEP, (column % STEP) as i32);
                    let moved = |axis: usize| {
                        let (left, next) = (nodes[node][axis], nodes[node + 1][axis]);
                        place[axis] + left + (next - left) * right / STEP as i32
                    };
                    *pixel = source.at([moved(0), moved(1)]);
                    place = [place[0] + across[0], place[1] + across[1]];
                }
            }
        }
    }
}

/// A rectangle of pixels, without its right and its bottom edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rectangle {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Rectangle {
    /// The rectangle around the ink; none without ink.
    fn of_ink(image: &[u8], size: ImageSize) -> Option<Self> {
        let is_ink = |pixel: &u8| *pixel > 0;
        let width = size.width();
        let top = image.iter().position(is_ink)? / width;
        let bottom = image.iter().rposition(is_ink)? / width + 1;
        let (mut left, mut right) = (width, 0);
        for row in image[top * width..bottom * width].chunks_exact(width) {
            if let Some(first) = row.iter().position(is_ink) {
                left = left.min(first);
                right = right.max(row.iter().rposition(is_ink).unwrap_or_default() + 1);
            }
        }
        let [left, top, right, bottom] = [left, top, right, bottom].map(|edge| edge as i32);
        Some(Self { left, top, right, bottom })
    }

    /// The rectangle, within the image, around where a map leads to, and as far again as a
    /// displacement and the interpolation reach.
    fn mapped(self, map: &Map, size: ImageSize, most: f32) -> Self {
        let (width, height) = (size.width() as f32, size.height() as f32);
        let middle = [(width - 1.0) / 2.0, (height - 1.0) / 2.0];
        let [[a, b], [c, d]] = map.matrix;
        // A displacement is one of the place that the map leads from.
        let reach = most + 1.0;
        let (left, right) = (self.left as f32 - reach, self.right as f32 - 1.0 + reach);
        let (top, bottom) = (self.top as f32 - reach, self.bottom as f32 - 1.0 + reach);
        let corners = [(left, top), (left, bottom), (right, top), (right, bottom)];
        let places = corners.map(|(x, y)| {
            let (x, y) = (x - middle[0], y - middle[1]);
            [a * x + b * y + middle[0] + map.shift[0], c * x + d * y + middle[1] + map.shift[1]]
        });
        let edge = |axis: usize, choose: fn(f32, f32) -> f32| {
            places.iter().map(|place| place[axis]).fold(places[0][axis], choose)
        };
        let within = |value: f32, most: f32| value.clamp(0.0, most) as i32;
        Self {
            left: within(edge(0, f32::min).floor(), width),
            top: within(edge(1, f32::min).floor(), height),
            right: within(edge(0, f32::max).ceil() + 1.0, width),
            bottom: within(edge(1, f32::max).ceil() + 1.0, height),
        }
    }
}

/// An image with a border of background.
struct Padded {
    width: i32,
    height: i32,
    /// The length of a row.
    stride: usize,
    pixels: Vec<u8>,
}

impl Padded {
    fn of(image: &[u8], size: ImageSize) -> Self {
        let (width, height, stride) = (size.width(), size.height(), size.width() + 2);
        let mut pixels = vec![0; stride * (height + 2)];
        for (row, padded) in image.chunks_exact(width).zip(pixels.chunks_exact_mut(stride).skip(1))
        {
            padded[1..=width].copy_from_slice(row);
        }
        Self { width: width as i32, height: height as i32, stride, pixels }
    }

    /// The value at a place in 1/256 pixels, across and down.
    #[inline]
    fn at(&self, [x, y]: [i32; 2]) -> u8 {
        // With the border, both count from 0.
        let (column, row) = ((x >> 8) + 1, (y >> 8) + 1);
        let is_inside = (0..=self.width).contains(&column) && (0..=self.height).contains(&row);
        if !is_inside {
            return 0;
        }
        let (right, below) = ((x & (ONE - 1)) as u32, (y & (ONE - 1)) as u32);
        let place = row as usize * self.stride + column as usize;
        let mean = |place: usize| match self.pixels.get(place..place + 2) {
            Some(&[left, next]) => u32::from(left) * (256 - right) + u32::from(next) * right,
            _ => 0,
        };
        let (upper, lower) = (mean(place), mean(place + self.stride));
        ((upper * (256 - below) + lower * below + (1 << 15)) >> 16) as u8
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use super::*;

    const SIZE: (usize, usize) = (12, 9);

    fn image() -> (Vec<u8>, ImageSize) {
        let pixel = |place: usize| {
            let (row, column) = (place / SIZE.0, place % SIZE.0);
            let is_ink = (2..7).contains(&row) && (3..10).contains(&column);
            if is_ink { (50 + row * 20 + column * 3) as u8 } else { 0 }
        };
        let pixels = (0..SIZE.0 * SIZE.1).map(pixel).collect();
        (pixels, ImageSize::new(SIZE.0, SIZE.1).unwrap())
    }

    fn warped(map: &Map) -> Vec<u8> {
        let (mut image, size) = image();
        warp(&mut image, size, map, None);
        image
    }

    const SAME: [[f32; 2]; 2] = [[1.0, 0.0], [0.0, 1.0]];

    #[test]
    fn the_map_that_moves_nothing_changes_nothing() {
        assert_eq!(warped(&Map { matrix: SAME, shift: [0.0; 2] }), image().0);
    }

    #[test]
    fn a_shift_by_whole_pixels_moves_them() {
        let shifted = warped(&Map { matrix: SAME, shift: [2.0, -1.0] });
        let (image, _) = image();
        for row in 0..SIZE.1 - 1 {
            let (from, to) = ((row + 1) * SIZE.0, row * SIZE.0);
            assert_eq!(shifted[to + 2..to + SIZE.0], image[from..from + SIZE.0 - 2]);
        }
    }

    #[test]
    fn half_a_turn_is_the_image_from_the_other_end() {
        let turned = warped(&Map { matrix: [[-1.0, 0.0], [0.0, -1.0]], shift: [0.0; 2] });
        let reversed: Vec<u8> = image().0.into_iter().rev().collect();
        assert_eq!(turned, reversed);
    }

    #[test]
    fn half_a_pixel_is_the_mean_of_two() {
        let moved = warped(&Map { matrix: SAME, shift: [0.5, 0.0] });
        let (image, _) = image();
        let mean = |place: usize| {
            (u16::from(image[place - 1]) + u16::from(image[place])).div_ceil(2) as u8
        };
        assert!((1..image.len()).all(|place| moved[place] == mean(place)));
    }
}
