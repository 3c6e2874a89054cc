//! The findings of an experiment, in sentences. Every sentence is computed from the runs, by the
//! rules of `docs/statistics.md`. [`Findings`] computes them once; the page, `results.md` and the
//! conclusion render them. What a table can say, the table of the levels says.
//!
//! 1. `headline`: the level with the highest accuracy, and whether it can be called best.
//! 2. `tuning`: each level of a factor at its own best learning rate.
//! 3. `contrasts`: the planned comparisons: trend, scaling, main effects, interaction. `splits`:
//!    the share of the split in the variance of runs.
//! 4. `losses`: lost seeds. `fitting`: overfitting, and the generalization gap.

mod contrasts;
pub(super) mod fitting;
mod headline;
mod losses;
mod splits;
mod tuning;

use study::{Comparison, stats::ALPHA};

use super::levels::{Experiment, Level};
use crate::words::{percent_to, points, seeds};
use tuning::Tuning;

/// The findings of an experiment.
#[derive(Debug)]
pub struct Findings<'a> {
    /// The experiment.
    pub experiment: &'a Experiment,
    /// The sentences, the most important first; at least one.
    pub sentences: Vec<String>,
    /// How sure they are: the difference that would have been found.
    pub power: Option<String>,
    /// The levels that lost no seed, and their differences. Where the learning rate is a factor
    /// beside another, only the best learning rate of each level of the other.
    pub(super) comparison: Comparison<'a>,
    /// Whether the highest level has the largest or the smallest learning rate tried.
    pub(super) rate_edge: Option<&'static str>,
}

impl<'a> Findings<'a> {
    /// Computes the findings of an experiment.
    pub fn of(experiment: &'a Experiment) -> Self {
        let all = Comparison::of(experiment);
        let tuning = Tuning::of(experiment, &all);
        let chosen = tuning.as_ref().map(|tuning| Comparison::of_levels(tuning.levels()));
        let contrasts = contrasts::of(experiment, &all, tuning.is_some());
        let comparison = chosen.unwrap_or(all);
        let mut sentences = headline::of(experiment, &comparison, tuning.as_ref());
        sentences.extend(tuning.iter().flat_map(|tuning| tuning.sentences(experiment)));
        sentences.extend(contrasts);
        sentences.extend(splits::of(experiment, &comparison));
        sentences.extend(losses::of(experiment));
        sentences.extend(fitting::overfitting(&comparison));
        let power = power(&comparison);
        let top = comparison.levels().first();
        let rate_edge =
            top.and_then(|level| headline::rate_edge(experiment, level, tuning.as_ref()));
        Self { experiment, sentences, power, comparison, rate_edge }
    }

    /// Whether any difference of two compared levels is clear.
    pub fn has_clear_difference(&self) -> bool {
        self.comparison.pairs().any(|(_, pair)| pair.is_clear())
    }

    /// The compared levels that still improved when training stopped.
    pub(super) fn still_improving(&self) -> Vec<&'a Level> {
        let levels = self.comparison.levels().iter().copied();
        levels.filter(|level| level.still_improves()).collect()
    }
}

/// The difference that would have been found in 80 % of studies like this one.
fn power(comparison: &Comparison) -> Option<String> {
    let (tests, count) = (comparison.tests(), comparison.levels().first()?.planned);
    let (difference, typical) = comparison.detectable()?;
    let family = match tests {
        0 => return None,
        1 => "this one comparison".to_owned(),
        tests => format!("all {tests} pairs of levels"),
    };
    Some(format!(
        "A difference is clear if its test holds among {family} (p at most {ALPHA}). With {} and \
         the typical SD of {}, a difference of {} would have been found in {} of such studies.",
        seeds(count),
        points(typical),
        points(difference),
        percent_to(0, 0.8)
    ))
}
