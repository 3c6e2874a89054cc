//! The calibration of a network: how its logits become probabilities that can be trusted, and below
//! which probability it gives no answer.

use serde::{Deserialize, Serialize};

/// The largest share of the rows of the fit for which the network gives no answer: below one in
/// 200 on other rows like them, too.
const UNSURE: f64 = 0.004;
/// The lowest and the highest temperature. The best one lies beyond where rows say nothing.
const TEMPERATURES: (f64, f64) = (0.1, 10.0);
/// The most steps of the fit; it takes about six.
const STEPS: usize = 50;

/// How probabilities follow from logits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The divisor of the logits before the softmax. It makes the confidence of the network its
    /// accuracy (Guo et al. 2017, "On Calibration of Modern Neural Networks",
    /// <https://arxiv.org/abs/1706.04599>).
    pub temperature: f64,
    /// The lowest probability of an answer, from 0 to 1. Below it, the network is unsure.
    pub threshold: f64,
}

impl Calibration {
    /// The calibration by rows on which the network was not trained: their logits, row by row, and
    /// their classes, counted from 0. The temperature is the one with the lowest mean
    /// cross-entropy; it is 1 where no prediction is wrong, since no temperature is too low there.
    /// The threshold leaves at most 0.4 % of the rows without an answer. None without a row.
    pub fn fit(logits: &[f32], targets: &[u16]) -> Option<Self> {
        let classes = logits.len().checked_div(targets.len()).filter(|classes| *classes > 0)?;
        let rows: Vec<Row> = logits
            .chunks_exact(classes)
            .zip(targets)
            .map(|(logits, target)| Row { logits, target: usize::from(*target) })
            .collect();
        let is_perfect = rows.iter().all(|row| row.logit() >= row.largest());
        let temperature = if is_perfect { 1.0 } else { 1.0 / inverse_temperature(&rows) };
        let at = |row: &Row| row.softmax(1.0 / temperature).confidence;
        let mut confidences: Vec<f64> = rows.iter().map(at).collect();
        let unsure = (confidences.len() as f64 * UNSURE) as usize;
        let (_, threshold, _) = confidences.select_nth_unstable_by(unsure, f64::total_cmp);
        Some(Self { temperature, threshold: *threshold })
    }

    /// Whether both numbers are possible.
    pub(crate) fn is_valid(&self) -> bool {
        let Self { temperature, threshold } = self;
        temperature.is_finite() && *temperature > 0.0 && (0.0..=1.0).contains(threshold)
    }
}

/// A row of the fit.
struct Row<'a> {
    logits: &'a [f32],
    target: usize,
}

/// What a softmax says of the logits of a row.
struct Softmax {
    /// The largest probability.
    confidence: f64,
    /// Mean and variance of the logits, weighted by their probabilities.
    mean: f64,
    variance: f64,
}

impl Row<'_> {
    fn largest(&self) -> f64 {
        self.logits.iter().copied().fold(f32::NEG_INFINITY, f32::max).into()
    }

    /// The logit of the right class.
    fn logit(&self) -> f64 {
        self.logits.get(self.target).copied().unwrap_or(f32::NEG_INFINITY).into()
    }

    /// The softmax of the logits times a factor.
    fn softmax(&self, factor: f64) -> Softmax {
        let largest = self.largest();
        // Sums of eˣ, x eˣ and x² eˣ, where x is a logit less the largest: no exponential
        // overflows.
        let [sum, first, second] = self.logits.iter().fold([0.0; 3], |[sum, first, second], z| {
            let x = f64::from(*z) - largest;
            let power = (factor * x).exp();
            [sum + power, first + x * power, second + x * x * power]
        });
        let mean = first / sum;
        Softmax {
            confidence: 1.0 / sum,
            mean: mean + largest,
            variance: second / sum - mean * mean,
        }
    }
}

/// The factor of the logits with the lowest mean cross-entropy, by Newton's method within a bracket
/// that shrinks. The cross-entropy is convex in the factor: its derivative is the mean over the
/// rows of (weighted mean of the logits − logit of the right class), and grows.
fn inverse_temperature(rows: &[Row]) -> f64 {
    let (mut low, mut high) = (1.0 / TEMPERATURES.1, 1.0 / TEMPERATURES.0);
    let mut factor = 1.0;
    for _ in 0..STEPS {
        let [slope, curvature] = rows.iter().fold([0.0; 2], |[slope, curvature], row| {
            let softmax = row.softmax(factor);
            [slope + softmax.mean - row.logit(), curvature + softmax.variance]
        });
        if slope > 0.0 {
            high = factor
        } else {
            low = factor
        }
        let newton = factor - slope / curvature;
        let next = if newton > low && newton < high { newton } else { (low + high) / 2.0 };
        if (next - factor).abs() <= 1e-9 * factor {
            break;
        }
        factor = next;
    }
    factor
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use super::*;

    /// Rows of two classes whose logits differ by `gap`, of which every `every`th is wrong.
    fn rows(gap: f32, count: usize, every: usize) -> (Vec<f32>, Vec<u16>) {
        let logits = (0..count).flat_map(|_| [gap, 0.0]).collect();
        let targets = (0..count).map(|row| u16::from(row % every == 0)).collect();
        (logits, targets)
    }

    #[test]
    fn confidence_becomes_accuracy() {
        // The odds of 90 % are 9: the best temperature divides the gap to ln 9.
        for gap in [1.0, 4.0, 12.0] {
            let (logits, targets) = rows(gap, 1000, 10);
            let calibration = Calibration::fit(&logits, &targets).unwrap();
            let expected = f64::from(gap) / 9.0_f64.ln();
            assert!((calibration.temperature - expected).abs() < 1e-6, "{calibration:?}");
            assert!((calibration.threshold - 0.9).abs() < 1e-6, "{calibration:?}");
        }
    }

    #[test]
    fn the_temperature_has_limits_and_needs_a_mistake() {
        let (logits, _) = rows(3.0, 100, 10);
        let fit = |targets: &[u16]| Calibration::fit(&logits, targets).unwrap().temperature;
        assert_eq!(fit(&[0; 100]), 1.0);
        // All wrong: no temperature is high enough.
        assert!((fit(&[1; 100]) - TEMPERATURES.1).abs() < 1e-3);
    }

    #[test]
    fn four_rows_of_a_thousand_are_below_the_threshold() {
        let logits: Vec<f32> = (0..1000).flat_map(|row| [row as f32 / 100.0, 0.0]).collect();
        let calibration = Calibration::fit(&logits, &[0; 1000]).unwrap();
        let confidence = |row: usize| 1.0 / (1.0 + (-(row as f64) / 100.0).exp());
        assert!((calibration.threshold - confidence(4)).abs() < 1e-6, "{calibration:?}");
    }

    #[test]
    fn without_rows_there_is_no_calibration() {
        assert_eq!(Calibration::fit(&[], &[]), None);
    }
}
