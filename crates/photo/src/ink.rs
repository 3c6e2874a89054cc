//! The separation of ink and background.

use image::{GrayImage, Luma};

use crate::grey::Plane;

/// The least contrast of ink, in standard deviations of the background; less may be noise.
const NOISE: f32 = 3.0;
/// The standard deviation of a normal distribution, in median absolute deviations.
const DEVIATION: f32 = 1.4826;
/// The least contrast of ink, as a fraction of the background.
const FAINTEST: f32 = 0.1;
/// The least size of a digit, as a fraction of the picture's shorter side.
const SMALLEST: f32 = 1.0 / 12.0;
/// The largest size of a speck, as a fraction of the largest piece.
const SPECK: f32 = 1.0 / 25.0;
/// The contrast of fine lines, blurred by the lens, as a fraction of that of other lines.
const FINE: f32 = 0.5;
/// The number of possible thresholds.
const LEVELS: usize = 256;

const INK: Luma<u8> = Luma([255]);

/// Connected ink.
struct Piece {
    pixels: Vec<(u32, u32)>,
    touches_border: bool,
}

/// The ink of the digit, 255 on 0, cut to its bounding box; none if the picture shows no digit.
pub fn find(contrast: &Plane) -> Option<GrayImage> {
    let thresholds = thresholds(contrast)?;
    let mut pieces = pieces(contrast, thresholds);
    let main = main_piece(&pieces)?;
    let (least, on_border) = ((main.pixels.len() as f32 * SPECK) as usize, main.touches_border);
    // A piece that touches the border, such as the edge of the paper, is no part of a digit that
    // does not.
    pieces.retain(|piece| piece.pixels.len() >= least && (on_border || !piece.touches_border));
    let ink = || pieces.iter().flat_map(|piece| piece.pixels.iter().copied());
    let (left, right) = (ink().map(|(x, _)| x).min()?, ink().map(|(x, _)| x).max()?);
    let (top, bottom) = (ink().map(|(_, y)| y).min()?, ink().map(|(_, y)| y).max()?);
    let (width, height) = (right - left + 1, bottom - top + 1);
    let shorter_side = contrast.width().min(contrast.height()) as f32;
    if (width.max(height) as f32) < SMALLEST * shorter_side {
        return None;
    }
    let mut digit = GrayImage::new(width, height);
    ink().for_each(|(x, y)| digit.put_pixel(x - left, y - top, INK));
    Some(digit)
}

/// Two thresholds of contrast: possible ink and certain ink; none if the picture is only noise.
fn thresholds(contrast: &Plane) -> Option<(f32, f32)> {
    let noise = NOISE * DEVIATION * median(contrast.pixels().map(|pixel| pixel.0[0].abs()))?;
    let candidates: Vec<f32> =
        contrast.pixels().map(|pixel| pixel.0[0]).filter(|value| *value > noise).collect();
    let high = otsu(&candidates)?;
    let above = candidates.iter().filter(|value| **value > high);
    let (sum, count) = above.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    (sum / count as f32 >= FAINTEST).then_some((noise.max(high * FINE), high))
}

fn median(values: impl Iterator<Item = f32>) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    let middle = values.len() / 2;
    (!values.is_empty()).then(|| *values.select_nth_unstable_by(middle, f32::total_cmp).1)
}

/// The threshold with the largest variance between the values below and above it (Otsu 1979, "A
/// Threshold Selection Method from Gray-Level Histograms",
/// <https://doi.org/10.1109/TSMC.1979.4310076>); none without a value.
fn otsu(values: &[f32]) -> Option<f32> {
    let most = values.iter().copied().max_by(f32::total_cmp)?;
    let level = |value: f32| ((value / most * (LEVELS - 1) as f32) as usize).min(LEVELS - 1);
    let mut histogram = [0_usize; LEVELS];
    values.iter().for_each(|value| histogram[level(*value)] += 1);
    let sum: usize = histogram.iter().enumerate().map(|(level, count)| level * count).sum();
    let (mut below, mut sum_below) = (0, 0);
    let between = |level: usize| {
        below += histogram[level];
        sum_below += level * histogram[level];
        let above = values.len() - below;
        let means = (
            sum_below as f64 / below.max(1) as f64,
            (sum - sum_below) as f64 / above.max(1) as f64,
        );
        (level, below as f64 * above as f64 * (means.1 - means.0).powi(2))
    };
    let (best, _) = (0..LEVELS).map(between).max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((best + 1) as f32 / (LEVELS - 1) as f32 * most)
}

/// The largest piece. A piece at the border, such as a shadow or the edge of the paper, counts only
/// if no other piece is as large.
fn main_piece(pieces: &[Piece]) -> Option<&Piece> {
    let largest = |at_border: bool| {
        pieces
            .iter()
            .filter(|piece| piece.touches_border == at_border)
            .max_by_key(|piece| piece.pixels.len())
    };
    match (largest(false), largest(true)) {
        (Some(inner), Some(outer))
            if (inner.pixels.len() as f32) < outer.pixels.len() as f32 * SPECK =>
        {
            Some(outer)
        }
        (Some(inner), _) => Some(inner),
        (None, outer) => outer,
    }
}

/// The connected pieces of possible ink with some certain ink, with diagonal neighbours: a
/// threshold with hysteresis (Canny 1986, <https://doi.org/10.1109/TPAMI.1986.4767851>).
fn pieces(contrast: &Plane, (low, high): (f32, f32)) -> Vec<Piece> {
    let (width, height) = contrast.dimensions();
    let mut is_new: Vec<bool> = contrast.pixels().map(|pixel| pixel.0[0] > low).collect();
    let index = |(x, y): (u32, u32)| (y * width + x) as usize;
    let mut pieces = Vec::new();
    for start in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        if !std::mem::take(&mut is_new[index(start)]) {
            continue;
        }
        let (mut pixels, mut visited) = (vec![start], 0);
        while let Some(&(x, y)) = pixels.get(visited) {
            visited += 1;
            for near_y in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for near_x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    if std::mem::take(&mut is_new[index((near_x, near_y))]) {
                        pixels.push((near_x, near_y));
                    }
                }
            }
        }
        if !pixels.iter().any(|(x, y)| contrast.get_pixel(*x, *y).0[0] > high) {
            continue;
        }
        let touches_border =
            pixels.iter().any(|(x, y)| *x == 0 || *y == 0 || x + 1 == width || y + 1 == height);
        pieces.push(Piece { pixels, touches_border });
    }
    pieces
}
