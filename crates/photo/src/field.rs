//! The digit in its field.

use data::ImageSize;
use image::{GrayImage, imageops};

use crate::stroke;

/// MNIST's box and field, in pixels; other sizes are in proportion.
const BOX: f64 = 20.0;
const FIELD: f64 = 28.0;
/// The least width of a stroke, in pixels of MNIST: three of four of its digits have wider strokes.
const THIN: f64 = 2.0;

/// Scales the ink of a digit, which is 255, to fit the box, keeping its proportions, and places it
/// in a field of this size with its centre of mass in the middle, rounded to a pixel. A pixel of a
/// smaller digit is the mean of the pixels that it covers, so it may be grey.
pub fn place(ink: &GrayImage, size: ImageSize) -> Vec<u8> {
    let scaled = match missing_width(ink, size) {
        missing if missing > 0.0 => scaled(&stroke::thickened(ink, missing / 2.0), size),
        _ => scaled(ink, size),
    };
    let (left, top) = corner(&scaled, size);
    let mut field = vec![0; size.pixels()];
    for (x, y, grey) in scaled.enumerate_pixels() {
        field[(top + y as usize) * size.width() + left + x as usize] = grey.0[0];
    }
    field
}

/// How many pixels wider the strokes must be so that they are not too thin in the field. The digit
/// grows with its strokes, by which it is scaled down further.
fn missing_width(ink: &GrayImage, size: ImageSize) -> f64 {
    let least = size.width().min(size.height()) as f64 * THIN / FIELD;
    let factor = factor(ink, size);
    let longest = f64::from(ink.width().max(ink.height()));
    (least / factor - stroke::width(ink)) / (1.0 - least / factor / longest)
}

fn scaled(ink: &GrayImage, size: ImageSize) -> GrayImage {
    let factor = factor(ink, size);
    let pixels = |length: u32, most: usize| {
        ((f64::from(length) * factor).round() as u32).clamp(1, most as u32)
    };
    imageops::thumbnail(ink, pixels(ink.width(), size.width()), pixels(ink.height(), size.height()))
}

/// By how much the ink is scaled to fit the box.
fn factor(ink: &GrayImage, size: ImageSize) -> f64 {
    let fits = |field: usize, length: u32| field as f64 * BOX / FIELD / f64::from(length);
    fits(size.width(), ink.width()).min(fits(size.height(), ink.height()))
}

/// The upper left corner of the digit in the field: its centre of mass is that of MNIST, at pixel
/// 14, counted from 0. The digit stays within the field, even if all its mass is on one side.
fn corner(digit: &GrayImage, size: ImageSize) -> (usize, usize) {
    let weighed = |place: fn(u32, u32) -> u32| {
        digit
            .enumerate_pixels()
            .map(|(x, y, grey)| f64::from(place(x, y)) * f64::from(grey.0[0]))
            .sum::<f64>()
    };
    let mass: f64 = digit.pixels().map(|grey| f64::from(grey.0[0])).sum::<f64>().max(1.0);
    let along = |field: usize, length: u32, moment: f64| {
        let start = field as f64 / 2.0 - moment / mass;
        start.round().clamp(0.0, (field - length as usize) as f64) as usize
    };
    (
        along(size.width(), digit.width(), weighed(|x, _| x)),
        along(size.height(), digit.height(), weighed(|_, y| y)),
    )
}
