//! Statistics of a few repetitions, by the rules of `docs/statistics.md`.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The significance level: the fraction of families of tests without an effect that report one.
pub const ALPHA: f64 = 0.05;
/// Beyond so many degrees of freedom, Student's t is the normal distribution to four digits.
const MOST_FREEDOM: f64 = 1e4;
/// The probability with which a [`detectable`] difference is found.
const POWER: f64 = 0.8;

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

    /// Half the width of the 95 % confidence interval of the mean; none of a single measurement.
    pub fn margin(&self) -> Option<f64> {
        let student = StudentsT::new(0.0, 1.0, self.count.checked_sub(1)? as f64).ok()?;
        Some(student.inverse_cdf(1.0 - ALPHA / 2.0) * self.deviation / (self.count as f64).sqrt())
    }
}

/// The median; none without a value.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    Some(if sorted.len() % 2 == 1 {
        upper
    } else {
        f64::midpoint(sorted[sorted.len() / 2 - 1], upper)
    })
}

/// An estimate of a quantity that is 0 without an effect: a difference, a slope or a contrast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub mean: f64,
    /// Its standard error; none where a level has a single seed.
    error: Option<Error>,
}

/// A standard error and its degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Error {
    size: f64,
    freedom: f64,
}

impl Estimate {
    /// The difference of the means of two levels (Welch 1947,
    /// <https://doi.org/10.1093/biomet/34.1-2.28>).
    pub fn difference(one: &[f64], other: &[f64], floor: f64) -> Option<Self> {
        Self::contrast(&[(1.0, one), (-1.0, other)], floor)
    }

    /// A weighted sum of the means of independent levels: weight and values, one a seed. The
    /// degrees of freedom are those of Satterthwaite (1946, <https://doi.org/10.2307/3002019>).
    /// A standard deviation below `floor` counts as `floor`: accuracies are counts of rows, and
    /// seeds that agree to the row are no proof that all seeds would. None if a level has no
    /// value, or one that is not a number.
    pub fn contrast(levels: &[(f64, &[f64])], floor: f64) -> Option<Self> {
        let (mut mean, mut variance, mut by_freedom) = (0.0, 0.0, 0.0);
        let mut is_repeated = true;
        for (weight, values) in levels {
            let Sample { count, mean: one, deviation, .. } = Sample::of(values)?;
            mean += weight * one;
            let part = (weight * deviation.max(floor)).powi(2) / count as f64;
            variance += part;
            if part > 0.0 && count > 1 {
                by_freedom += part * part / (count - 1) as f64;
            }
            is_repeated &= count > 1;
        }
        if !mean.is_finite() || !variance.is_finite() {
            return None;
        }
        let error = (is_repeated && variance > 0.0)
            .then(|| Error { size: variance.sqrt(), freedom: variance * variance / by_freedom });
        Some(Self { mean, error })
    }

    /// The same estimate with one more error, that of the rows, which more seeds do not reduce.
    #[must_use]
    pub fn with_rows(self, variance: f64) -> Self {
        let error = self.error.map(|Error { size, freedom }| {
            let all = size * size + variance;
            // The error of the rows is known: it adds to the degrees of freedom.
            let freedom = (freedom * (all / (size * size)).powi(2)).min(MOST_FREEDOM);
            Error { size: all.sqrt(), freedom }
        });
        Self { error, ..self }
    }

    /// The p value of the two-sided t test: the probability of an estimate this far from 0 without
    /// an effect.
    pub fn p(&self) -> Option<f64> {
        let Error { size, .. } = self.error?;
        Some((2.0 * self.student()?.sf(self.mean.abs() / size)).min(1.0))
    }

    /// Half the width of the confidence interval that misses the true value with probability
    /// `alpha`.
    pub fn margin(&self, alpha: f64) -> Option<f64> {
        Some(self.student()?.inverse_cdf(1.0 - alpha / 2.0) * self.error?.size)
    }

    fn student(&self) -> Option<StudentsT> {
        StudentsT::new(0.0, 1.0, self.error?.freedom).ok()
    }
}

/// The verdict on an estimate among those of its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Different from 0 after Holm's correction.
    Clear,
    /// p at most [`ALPHA`] by itself, but not after the correction: more seeds would tell.
    TooFewSeeds,
    /// Not different from 0.
    NotClear,
    /// A level has a single seed: nothing can be said.
    Untested,
}

/// An estimate with its verdict and its interval, which never disagree.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The estimate.
    pub mean: f64,
    /// The simultaneous 95 % confidence interval, low and high; none of an untested estimate.
    pub interval: Option<(f64, f64)>,
    /// The verdict.
    pub verdict: Verdict,
}

impl Judged {
    /// Whether it is clearly different from 0.
    pub fn is_clear(&self) -> bool {
        self.verdict == Verdict::Clear
    }

    /// The estimate with the opposite sign.
    #[must_use]
    pub fn reversed(self) -> Self {
        let interval = self.interval.map(|(low, high)| (-high, -low));
        Self { mean: -self.mean, interval, ..self }
    }
}

/// Judges a family of estimates. Verdicts are those of Holm's procedure; intervals those of
/// Bonferroni, which hold together with 95 %. Where Holm's procedure excludes 0 and the interval
/// alone would not, the interval ends at 0.
pub fn judge(family: &[Estimate]) -> Vec<Judged> {
    let each: Vec<f64> = family.iter().map(|one| one.p().unwrap_or(1.0)).collect();
    let corrected = holm(&each);
    let judged = |(estimate, (p, corrected)): (&Estimate, (&f64, &f64))| {
        let mean = estimate.mean;
        let Some(margin) = estimate.margin(ALPHA / family.len() as f64) else {
            return Judged { mean, interval: None, verdict: Verdict::Untested };
        };
        let (low, high) = (mean - margin, mean + margin);
        let (verdict, interval) = match (*corrected <= ALPHA, *p <= ALPHA) {
            (true, _) if mean > 0.0 => (Verdict::Clear, (low.max(0.0), high)),
            (true, _) => (Verdict::Clear, (low, high.min(0.0))),
            (false, true) => (Verdict::TooFewSeeds, (low, high)),
            (false, false) => (Verdict::NotClear, (low, high)),
        };
        Judged { mean, interval: Some(interval), verdict }
    };
    family.iter().zip(each.iter().zip(&corrected)).map(judged).collect()
}

/// The p values of several tests, corrected for their number: at most a fraction α of studies
/// without an effect has one at or below α (Holm 1979, <https://www.jstor.org/stable/4615733>).
fn holm(each: &[f64]) -> Vec<f64> {
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

/// The difference between two levels that a family of this many tests finds with 80 %, if both have
/// this standard deviation over seeds: (t(1 − α/2m) + t(0.8)) s √(2/n), both with 2n − 2 degrees of
/// freedom, at the first step of Holm's procedure. None with a single seed.
pub fn detectable(deviation: f64, seeds: usize, tests: usize) -> Option<f64> {
    let freedom = 2 * seeds.checked_sub(1)?;
    let student = StudentsT::new(0.0, 1.0, freedom as f64).ok()?;
    let errors =
        student.inverse_cdf(1.0 - ALPHA / (2 * tests.max(1)) as f64) + student.inverse_cdf(POWER);
    Some(errors * deviation * (2.0 / seeds as f64).sqrt())
}

/// The weights of the means of levels at these places whose sum is the slope of the least-squares
/// line; none if all places are the same.
pub fn slope_weights(places: &[f64]) -> Option<Vec<f64>> {
    let middle = places.iter().sum::<f64>() / places.len() as f64;
    let spread: f64 = places.iter().map(|place| (place - middle).powi(2)).sum();
    (spread > 0.0).then(|| places.iter().map(|place| (place - middle) / spread).collect())
}
