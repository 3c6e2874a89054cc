//! What a handful of repetitions says.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Mean and spread of repeated measurements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// How many.
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
    /// The sample of these values; none of no value.
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
    /// Half the width of its 95 % confidence interval; none with a single seed.
    pub margin: Option<f64>,
    /// How many seeds.
    pub seeds: usize,
}

impl Difference {
    /// Of paired values: seeds share split, first weights and order, which cancel in the differences. The interval is
    /// Student's for paired samples (Student 1908, <https://doi.org/10.2307/2331554>): mean ± t(0.975, n − 1) s/√n.
    pub fn of(pairs: &[(f64, f64)]) -> Option<Self> {
        let differences: Vec<f64> = pairs.iter().map(|(one, other)| one - other).collect();
        let sample = Sample::of(&differences)?;
        let margin = (sample.count > 1)
            .then(|| StudentsT::new(0.0, 1.0, (sample.count - 1) as f64).ok())
            .flatten()
            .map(|student| student.inverse_cdf(0.975) * sample.deviation / (sample.count as f64).sqrt());
        Some(Self { mean: sample.mean, margin, seeds: sample.count })
    }

    /// Whether the interval excludes zero. Of a single seed, nothing can be said.
    pub fn is_clear(&self) -> bool {
        self.margin.is_some_and(|margin| self.mean.abs() > margin)
    }
}
