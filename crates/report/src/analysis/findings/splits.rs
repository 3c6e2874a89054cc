//! The share of the split into training and validation rows in the spread of runs.

use study::{Comparison, stats::Sample};

use crate::{
    analysis::levels::Experiment,
    words::{hundredths, percent_to},
};

/// The share of the split in the variance of a single run, where the split seed is the factor: a
/// one-way analysis of variance with random effects (Searle, Casella and McCulloch 1992,
/// <https://doi.org/10.1002/9780470316856>).
pub(super) fn of(experiment: &Experiment, comparison: &Comparison) -> Option<String> {
    if experiment.design.factors != ["split_seed"] {
        return None;
    }
    let samples: Vec<Sample> =
        comparison.levels().iter().map(|level| level.endpoint()).collect::<Option<_>>()?;
    let means = Sample::of(&samples.iter().map(|sample| sample.mean).collect::<Vec<_>>())?;
    let seeds = samples[0].count;
    if samples.len() < 2 || seeds < 2 {
        return None;
    }
    let within =
        samples.iter().map(|sample| sample.deviation.powi(2)).sum::<f64>() / samples.len() as f64;
    // The means of the splits spread by the noise of their seeds as well.
    let between = (means.deviation.powi(2) - within / seeds as f64).max(0.0);
    (between + within > 0.0).then(|| {
        format!(
            "Of the variance of a single run, about {} is that of the split: the means of {} \
             splits have SD {}, the seeds of one split SD {}.",
            percent_to(0, between / (between + within)),
            samples.len(),
            hundredths(means.deviation),
            hundredths(within.sqrt())
        )
    })
}
