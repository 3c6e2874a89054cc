//! How much each pixel stands out from the background around it.

use image::{
    Luma,
    imageops::{self, FilterType},
};

use crate::grey::Plane;

/// The background changes slowly: it is looked for in a picture of so many pixels at most each way.
const COARSE: u32 = 64;
/// Noise is smoothed over this part of the picture, as the standard deviation of a Gaussian.
const SMOOTH: f32 = 1.0 / 250.0;

/// Nothing is blacker than the darkest step of a picture: what is divided by is above 0.
const BLACK: f32 = 1.0 / 255.0;

/// How much each pixel stands out, as a part of the background: 0 where there is none, 1 where ink
/// on white paper is black. Where light ink is on a dark ground, it may be above 1.
///
/// Light multiplies what paper and ink reflect, so that dividing by the background leaves the ratio
/// of the two, however uneven the light is.
pub fn of(grey: &Plane) -> Plane {
    let (width, height) = grey.dimensions();
    let smooth = imageops::blur(grey, (width.max(height) as f32 * SMOOTH).max(0.5));
    let background = background(&smooth);
    let ratio =
        |x, y| (smooth.get_pixel(x, y).0[0] + BLACK) / (background.get_pixel(x, y).0[0] + BLACK);
    let ratios = Plane::from_fn(width, height, |x, y| Luma([ratio(x, y)]));
    let sign = if is_ink_dark(&ratios) { -1.0 } else { 1.0 };
    Plane::from_fn(width, height, |x, y| Luma([sign * (ratios.get_pixel(x, y).0[0] - 1.0)]))
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
    // Beyond the border, the picture goes on as it ends.
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

/// Whether the few pixels that differ much from the background are darker: the third moment of the
/// logarithms tells on which side they are, for on it noise cancels and large differences count
/// most.
fn is_ink_dark(ratios: &Plane) -> bool {
    ratios.pixels().map(|ratio| ratio.0[0].max(f32::MIN_POSITIVE).ln().powi(3)).sum::<f32>() < 0.0
}
