//! Statistics of a few repetitions.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Mean and spread of repeated measurements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// The number of measurements.
    pub count: usize,
    /// Their mean.
    pub mean: f64,
    /// Their sample standard deviation (divisor n − 1); 0 for a single one.
    pub deviation: f64,
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

impl Sample {
    /// The sample of these values; none without a value.
    pub fn of(values: &[f64]) -> Option<Self> {
        let count = values.len();
        if count == 0 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / count as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = if count > 1 { (squares / (count - 1) as f64).sqrt() } else { 0.0 };
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Some(Self { count, mean, deviation, low, high })
    }
}

/// A difference between two levels, measured with the same seeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The mean of the differences, seed by seed.
    pub mean: f64,
    /// Half the width of its 95 % confidence interval. None for a single seed, and for equal
    /// differences, whose spread is unknown.
    pub margin: Option<f64>,
    /// The number of seeds.
    pub seeds: usize,
    /// The standard error of the mean, if there is a margin.
    error: Option<f64>,
}

/// The largest spread of equal differences, by rounding.
const ROUNDING: f64 = 1e-12;

impl Difference {
    /// The difference of paired values: the effect of a seed cancels. The interval is Student's for
    /// paired samples (Student 1908, <https://doi.org/10.2307/2331554>): mean ± t(0.975, n − 1)
    /// s/√n.
    pub fn of(pairs: &[(f64, f64)]) -> Option<Self> {
        Self::of_values(&pairs.iter().map(|(one, other)| one - other).collect::<Vec<_>>())
    }

    /// The difference from a value for each seed that is 0 without an effect: a difference, a slope
    /// or a contrast.
    pub fn of_values(values: &[f64]) -> Option<Self> {
        let sample = Sample::of(values)?;
        let error = (sample.count > 1 && sample.deviation > ROUNDING)
            .then(|| sample.deviation / (sample.count as f64).sqrt());
        let mut difference = Self { mean: sample.mean, margin: None, seeds: sample.count, error };
        difference.margin = difference
            .student()
            .zip(error)
            .map(|(student, error)| student.inverse_cdf(0.975) * error);
        Some(difference)
    }

    /// The p value of the two-sided paired t test: the probability of a mean this far from 0 if
    /// levels did not differ.
    pub fn p_of_none(&self) -> Option<f64> {
        let (student, error) = self.student().zip(self.error)?;
        Some((2.0 * student.sf(self.mean.abs() / error)).min(1.0))
    }

    /// The p value of the equivalence test: the probability of a mean this close to 0 if levels
    /// differed by `bound` or more. It is the larger p of two one-sided t tests (Schuirmann 1987,
    /// <https://doi.org/10.1007/BF01068419>).
    pub fn p_of_more_than(&self, bound: f64) -> Option<f64> {
        let (student, error) = self.student().zip(self.error)?;
        Some(student.sf((bound - self.mean.abs()) / error))
    }

    /// The difference with the opposite sign.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { mean: -self.mean, ..self }
    }

    fn student(&self) -> Option<StudentsT> {
        StudentsT::new(0.0, 1.0, self.seeds.checked_sub(1)? as f64).ok()
    }
}

/// The p values of several tests, corrected for their number: at most a fraction α of studies
/// without an effect has one at or below α (Holm 1979, <https://www.jstor.org/stable/4615733>).
pub fn holm(each: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..each.len()).collect();
    order.sort_by(|a, b| each[*a].total_cmp(&each[*b]));
    let mut corrected = vec![1.0; each.len()];
    let mut largest = 0.0;
    for (rank, index) in order.into_iter().enumerate() {
        largest = f64::max(largest, each[index] * (each.len() - rank) as f64).min(1.0);
        corrected[index] = largest;
    }
    corrected
}

/// The slope of the least-squares line through these points; none if all have the same x.
pub fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let count = points.len() as f64;
    let (x, y) =
        points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / count, y + point.1 / count));
    let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    let product: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    (spread > 0.0).then(|| product / spread)
}
