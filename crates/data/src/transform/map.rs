//! Maps from the pixels of a new image to places in the old one.

use super::spline::{STEP, Spline};
use crate::ImageSize;

/// An affine map: the place in the old image is a matrix times the pixel of the new one. Both are
/// vectors, across and down, from the middle of the image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Map {
    pub(super) matrix: [[f32; 2]; 2],
    /// The shift of the new image, in pixels: the pixel is shifted back before all else.
    pub(super) shift: [f32; 2],
}

/// A place in the old image for each pixel of the new one, in 1/256 pixels. Places count from a
/// border of one pixel around the image. Those beyond the border are moved onto it.
pub(super) struct Places {
    pub(super) x: Vec<u32>,
    pub(super) y: Vec<u32>,
}

impl Map {
    /// The places that the map leads to, displaced across and down by this many pixels.
    #[inline(always)]
    pub(super) fn places(&self, size: ImageSize, displacements: Option<&[Spline; 2]>) -> Places {
        let [across, down] = match displacements {
            Some([across, down]) => [Some(across), Some(down)],
            None => [None, None],
        };
        Places { x: self.axis(0, size, across), y: self.axis(1, size, down) }
    }

    #[inline(always)]
    fn axis(&self, axis: usize, size: ImageSize, displacement: Option<&Spline>) -> Vec<u32> {
        let middle = [size.width(), size.height()].map(|pixels| (pixels - 1) as f32 / 2.0);
        let border = 2.0 * middle[axis] + 2.0;
        let [across, down] = self.matrix[axis];
        // A row is computed in whole steps: the next row overwrites the surplus.
        let steps = size.width().next_multiple_of(STEP);
        let along: Vec<f32> = (0..steps as u16)
            .map(|column| across * (f32::from(column) - middle[0] - self.shift[0]))
            .collect();
        let mut places = vec![0; size.pixels() + STEP];
        for row in 0..size.height() {
            let start = down * (row as f32 - middle[1] - self.shift[1]) + middle[axis] + 1.0;
            let places = &mut places[row * size.width()..][..steps];
            match displacement {
                Some(spline) => displaced(places, start, &along, spline.near(row), border),
                None => {
                    for (place, along) in places.iter_mut().zip(&along) {
                        *place = fixed(start + along, border);
                    }
                }
            }
        }
        places.truncate(size.pixels());
        places
    }
}

#[inline(always)]
fn displaced(
    places: &mut [u32],
    start: f32,
    along: &[f32],
    ([upper, middle, lower], weights): ([&[f32]; 3], [f32; 3]),
    border: f32,
) {
    let near = upper.iter().zip(middle).zip(lower);
    for ((place, along), ((upper, middle), lower)) in places.iter_mut().zip(along).zip(near) {
        let displacement = weights[0] * upper + weights[1] * middle + weights[2] * lower;
        *place = fixed(start + along + displacement, border);
    }
}

/// A place in 1/256 pixels, from 0 to the border. NaN becomes 0.
#[inline(always)]
fn fixed(place: f32, border: f32) -> u32 {
    /// From here to its double, floats are 1/256 apart: a sum with it is rounded to that.
    const COARSE: f32 = 32768.0;
    // `clamp` would keep NaN.
    let place = place.max(0.0).min(border);
    (place + COARSE).to_bits() - COARSE.to_bits()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use proptest::prelude::*;

    use super::{super::source::Source, *};

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

    fn drawn(image: &[u8], size: ImageSize, map: &Map) -> Vec<u8> {
        let mut drawn = vec![7; image.len()];
        Source::of(image, size).draw(&map.places(size, None), &mut drawn);
        drawn
    }

    fn mapped(map: &Map) -> Vec<u8> {
        let (image, size) = image();
        drawn(&image, size, map)
    }

    const SAME: [[f32; 2]; 2] = [[1.0, 0.0], [0.0, 1.0]];

    #[test]
    fn the_map_that_moves_nothing_changes_nothing() {
        assert_eq!(mapped(&Map { matrix: SAME, shift: [0.0; 2] }), image().0);
    }

    #[test]
    fn a_shift_by_whole_pixels_moves_them() {
        let shifted = mapped(&Map { matrix: SAME, shift: [2.0, -1.0] });
        let (image, _) = image();
        for row in 0..SIZE.1 - 1 {
            let (from, to) = ((row + 1) * SIZE.0, row * SIZE.0);
            assert_eq!(shifted[to + 2..to + SIZE.0], image[from..from + SIZE.0 - 2]);
        }
    }

    #[test]
    fn half_a_turn_is_the_image_from_the_other_end() {
        let turned = mapped(&Map { matrix: [[-1.0, 0.0], [0.0, -1.0]], shift: [0.0; 2] });
        let reversed: Vec<u8> = image().0.into_iter().rev().collect();
        assert_eq!(turned, reversed);
    }

    #[test]
    fn half_a_pixel_is_the_mean_of_two() {
        let moved = mapped(&Map { matrix: SAME, shift: [0.5, 0.0] });
        let (image, _) = image();
        let mean = |place: usize| {
            (u16::from(image[place - 1]) + u16::from(image[place])).div_ceil(2) as u8
        };
        assert!((1..image.len()).all(|place| moved[place] == mean(place)));
    }

    #[test]
    fn no_ink_is_where_a_map_leads_out_of_the_image_or_nowhere() {
        for far in [100.0, -1e9, f32::INFINITY, f32::NAN] {
            assert_eq!(mapped(&Map { matrix: SAME, shift: [far, 0.0] }), [0; SIZE.0 * SIZE.1]);
            assert_eq!(mapped(&Map { matrix: SAME, shift: [0.0, far] }), [0; SIZE.0 * SIZE.1]);
        }
    }

    proptest! {
        #[test]
        fn a_pixel_has_the_bilinear_mean_of_the_four_around_its_place(
            (size, image) in (1..40_usize, 1..40_usize).prop_flat_map(|(width, height)| {
                let size = ImageSize::new(width, height).unwrap();
                (Just(size), prop::collection::vec(any::<u8>(), size.pixels()))
            }),
            matrix: [[i8; 2]; 2],
            shift: [i8; 2],
        ) {
            let matrix = matrix.map(|row| row.map(|value| f32::from(value) / 64.0));
            let map = Map { matrix, shift: shift.map(|value| f32::from(value) / 32.0) };
            let grey = |x: i32, y: i32| {
                let (width, height) = (size.width() as i32, size.height() as i32);
                let is_inside = (0..width).contains(&x) && (0..height).contains(&y);
                if is_inside { f32::from(image[(y * width + x) as usize]) } else { 0.0 }
            };
            let middle = [size.width(), size.height()].map(|pixels| (pixels - 1) as f32 / 2.0);
            for (index, pixel) in drawn(&image, size, &map).into_iter().enumerate() {
                let from = [
                    (index % size.width()) as f32 - middle[0] - map.shift[0],
                    (index / size.width()) as f32 - middle[1] - map.shift[1],
                ];
                let [x, y] = [0, 1].map(|axis| {
                    matrix[axis][0] * from[0] + matrix[axis][1] * from[1] + middle[axis]
                });
                let ([left, upper], [right, below]) = ([x.floor(), y.floor()], [x % 1.0, y % 1.0]);
                let [right, below] = [right, below].map(|part| (part + 1.0) % 1.0);
                let mean = |y: i32| {
                    let (x, next) = (left as i32, left as i32 + 1);
                    grey(x, y) * (1.0 - right) + grey(next, y) * right
                };
                let upper = upper as i32;
                let expected = mean(upper) * (1.0 - below) + mean(upper + 1) * below;
                // A place is rounded by up to 1/512 pixel, on both axes, and the mean as well.
                prop_assert!((f32::from(pixel) - expected).abs() < 1.6, "{pixel}: {expected}");
            }
        }
    }
}
