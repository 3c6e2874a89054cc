//! The findings of an experiment, in sentences. Every sentence is computed from the runs, by the
//! rules of `docs/statistics.md`. [`Findings`] computes them once; the page, `results.md` and the
//! conclusion render them.
//!
//! 1. `best`: the best level, or the levels that are not clearly different from the highest.
//!    `equivalence`: the levels that are the same.
//! 2. `factors`: the effect of a factor at each value of the other, interactions and trends.
//!    `scaling`: learning rates in proportion to the batch size. `splits`: the share of the split
//!    in the variance of runs.
//! 3. `divergence`: lost seeds. `speed`: the first level that reached an accuracy. `fitting`:
//!    overfitting, and levels that still improved at the end.
//! 4. `budget`: costs of updates and epochs, and accuracies at equal numbers of updates.

mod best;
mod budget;
mod divergence;
mod equivalence;
pub(super) mod factors;
mod fitting;
mod scaling;
mod speed;
mod splits;

use run::Epoch;
use study::Comparison;

use super::levels::{Experiment, Level, by_epoch};
use factors::FactorEffects;

pub use speed::MILESTONES;

/// The findings of an experiment.
#[derive(Debug)]
pub struct Findings<'a> {
    /// The experiment.
    pub experiment: &'a Experiment,
    /// The sentences, the most important first; at least one.
    pub sentences: Vec<String>,
    /// Its levels that lost no seed, and their differences.
    pub(super) comparison: Comparison<'a>,
    pub(super) effects: FactorEffects,
    /// The compared levels whose validation loss still fell at the end.
    pub(super) still_improving: Vec<&'a Level>,
}

impl<'a> Findings<'a> {
    /// Computes the findings of an experiment.
    pub fn of(experiment: &'a Experiment) -> Self {
        let comparison = Comparison::of(experiment);
        let levels = comparison.levels();
        let effects = FactorEffects::of(experiment, &comparison);
        let still_improving = fitting::still_improving(levels);
        let mut sentences = best::of(experiment, &comparison);
        sentences.extend(equivalence::of(&comparison));
        sentences.extend(effects.sentences().cloned());
        sentences.extend(splits::of(experiment, &comparison));
        sentences.extend(divergence::of(experiment));
        sentences.extend(speed::fastest(experiment));
        sentences.extend(fitting::of(levels, &still_improving));
        sentences.extend(budget::of(experiment, levels));
        Self { experiment, sentences, comparison, effects, still_improving }
    }

    /// Whether every pair of compared levels is the same, of at least two levels.
    pub(super) fn all_same(&self) -> bool {
        equivalence::all_same(&self.comparison)
    }
}

/// The mean over seeds of a value of each epoch that every seed completed.
fn means(level: &Level, value: fn(&Epoch) -> f64) -> Vec<f64> {
    by_epoch(level, |_, epoch| value(epoch)).iter().map(|sample| sample.mean).collect()
}
