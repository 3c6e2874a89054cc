//! What follows from an experiment, in words. Every sentence is computed from the runs, by the
//! rules of `docs/statistics.md`.
//!
//! 1. `best`: which level is best, or which ones cannot be told from it. `equivalence`: which ones
//!    are the same.
//! 2. `divergence`: which seeds were lost, and how.
//! 3. `speed`: which level reached an accuracy first. `fitting`: which ones overfit, and which are
//!    not done learning.
//! 4. `budget`: what an update and an epoch cost, and which level is ahead after the same number of
//!    updates.
//! 5. `factors`: what a factor does at each value of the other, whether the two act together, and
//!    trends. `splits`: how much the split into training and validation rows matters, if it is a
//!    factor.
//!
//! [`words`] has the numbers as all of them write them.

mod best;
mod budget;
mod divergence;
pub(super) mod equivalence;
pub(super) mod factors;
pub(super) mod fitting;
mod speed;
mod splits;
pub mod words;

use run::Epoch;
use study::Comparison;

use super::{Experiment, Level};

pub use speed::MILESTONES;
pub use words::percent;

/// The sentences on an experiment, the most important first.
pub fn of(experiment: &Experiment) -> Vec<String> {
    let comparison = Comparison::of(experiment);
    let mut sentences = vec![best::headline(experiment, &comparison)];
    sentences.extend(best::close(&comparison));
    sentences.extend(best::below(&comparison));
    sentences.extend(equivalence::of(&comparison));
    sentences.extend(factors::of(experiment, &comparison));
    sentences.extend(splits::of(experiment, &comparison));
    sentences.extend(divergence::of(experiment));
    sentences.extend(speed::fastest(experiment));
    sentences.extend(fitting::of(comparison.levels()));
    sentences.extend(budget::of(experiment, comparison.levels()));
    sentences
}

pub(super) fn valid_accuracy(epoch: &Epoch) -> f64 {
    epoch.valid.accuracy()
}

/// The mean over seeds of a number, epoch by epoch, as far as every seed came.
fn means(level: &Level, value: fn(&Epoch) -> f64) -> Vec<f64> {
    let epochs = level.trials.iter().map(|trial| trial.history.epochs().len()).min().unwrap_or(0);
    let mean = |epoch: usize| {
        level.trials.iter().map(|trial| value(&trial.history.epochs()[epoch])).sum::<f64>()
            / level.trials.len() as f64
    };
    (0..epochs).map(mean).collect()
}
