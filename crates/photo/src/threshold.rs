//! The least contrast of ink.

use crate::grey::Plane;

/// The least contrast of ink, in standard deviations of the background; less may be noise.
const NOISE: f32 = 3.0;
/// The standard deviation of a normal distribution, in median absolute deviations.
const DEVIATION: f32 = 1.4826;
/// The least contrast of ink, as a fraction of the background.
const FAINTEST: f32 = 0.1;
/// The number of possible thresholds.
const LEVELS: usize = 256;

/// Two thresholds of contrast: possible ink and certain ink; none if the picture is only noise.
pub fn of(contrast: &Plane, fine: f32) -> Option<(f32, f32)> {
    let noise = NOISE * DEVIATION * median(contrast.pixels().map(|pixel| pixel.0[0].abs()))?;
    let candidates: Vec<f32> =
        contrast.pixels().map(|pixel| pixel.0[0]).filter(|value| *value > noise).collect();
    let high = otsu(&candidates)?;
    let above = candidates.iter().filter(|value| **value > high);
    let (sum, count) = above.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    (sum / count as f32 >= FAINTEST).then_some((noise.max(high * fine), high))
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
