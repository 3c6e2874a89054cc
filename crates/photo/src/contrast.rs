//! The contrast of each pixel with the background around it.

use image::{
    Luma,
    imageops::{self, FilterType},
};

use crate::grey::Plane;

/// The largest width and height for the background, which changes slowly.
const COARSE: u32 = 64;
/// The standard deviation of the Gaussian that smooths noise, in pixels.
const SMOOTH: f32 = 1.4;

/// The darkest paper, one step of 8 bits, so that no division is by 0.
const BLACK: f32 = 1.0 / 255.0;

/// The contrast of each pixel, as a fraction of the background: 0 for background, 1 for black ink
/// on white paper, and for white ink on black paper.
///
/// The brightness of a pixel is light times reflectance. Division by the background leaves the
/// ratio of two reflectances, even where the light is uneven. Light ink is measured on the negative
/// of the picture: on black paper, any ratio would be unbounded.
pub fn of(grey: &Plane) -> Plane {
    let (width, height) = grey.dimensions();
    let smooth = imageops::blur(grey, SMOOTH);
    let background = background(&smooth);
    let pixel = |x, y| (smooth.get_pixel(x, y).0[0], background.get_pixel(x, y).0[0]);
    let is_dark = is_ink_dark(smooth.enumerate_pixels().map(|(x, y, _)| pixel(x, y)));
    Plane::from_fn(width, height, |x, y| {
        let (of, on) = pixel(x, y);
        Luma([1.0 - if is_dark { ratio(of, on) } else { ratio(1.0 - of, 1.0 - on) }])
    })
}

/// The ratio of two reflectances, from the brightness of a pixel and that of its background.
fn ratio(of: f32, on: f32) -> f32 {
    (of + BLACK) / (on + BLACK)
}

/// The median over a square around each pixel, half as wide as the picture: it follows the light
/// and the edges of shadows, but not the strokes of a digit, which cover less than half of any such
/// square.
fn background(grey: &Plane) -> Plane {
    let (width, height) = grey.dimensions();
    let coarser = f64::from(COARSE.min(width.max(height))) / f64::from(width.max(height));
    let coarse = |length: u32| (f64::from(length) * coarser).round().max(1.0) as u32;
    let small = imageops::resize(grey, coarse(width), coarse(height), FilterType::Triangle);
    let (columns, rows) = small.dimensions();
    let reach = (columns.min(rows) / 4).max(1) as i64;
    // Beyond the border, the pixels at the border repeat.
    let at = |x: i64, y: i64| {
        small
            .get_pixel(
                x.clamp(0, i64::from(columns) - 1) as u32,
                y.clamp(0, i64::from(rows) - 1) as u32,
            )
            .0[0]
    };
    let around = |centre: u32| i64::from(centre) - reach..=i64::from(centre) + reach;
    let median = Plane::from_fn(columns, rows, |x, y| {
        let mut values: Vec<f32> =
            around(y).flat_map(|y| around(x).map(move |x| at(x, y))).collect();
        let middle = values.len() / 2;
        Luma([*values.select_nth_unstable_by(middle, f32::total_cmp).1])
    });
    imageops::resize(&median, width, height, FilterType::Triangle)
}

/// Whether ink is darker than the background. The sign of the third moment of the differences
/// decides: noise cancels in it, and large differences count most.
fn is_ink_dark(pairs: impl Iterator<Item = (f32, f32)>) -> bool {
    pairs.map(|(of, on)| (of - on).powi(3)).sum::<f32>() < 0.0
}
