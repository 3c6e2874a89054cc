//! Proportions and their confidence intervals.

use std::borrow::Borrow;

use run::LabelledPrediction;

/// The normal distribution has 95 % of its mass between −z and z.
const Z: f64 = 1.959_963_984_540_054;

/// A ratio of two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proportion {
    /// The counted part.
    pub count: usize,
    /// The whole, at least 1.
    pub all: usize,
}

impl Proportion {
    /// The right predictions; at least one prediction in all.
    pub(super) fn of_right(predictions: &[impl Borrow<LabelledPrediction>]) -> Self {
        let is_right = |one: &&LabelledPrediction| one.label == one.predicted;
        let count = predictions.iter().map(Borrow::borrow).filter(is_right).count();
        Self { count, all: predictions.len() }
    }

    /// The fraction, from 0 to 1.
    pub fn value(self) -> f64 {
        self.count as f64 / self.all as f64
    }

    /// The 95 % confidence interval of the fraction, low and high, if the whole is a sample:
    /// Wilson's score interval (Wilson 1927,
    /// <https://doi.org/10.1080/01621459.1927.10502953>),
    ///
    /// (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n).
    pub fn interval(self) -> (f64, f64) {
        let (p, n) = (self.value(), self.all as f64);
        let middle = p + Z * Z / (2.0 * n);
        let margin = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        (((middle - margin) / scale).max(0.0), ((middle + margin) / scale).min(1.0))
    }
}
