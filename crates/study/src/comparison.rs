//! Which levels of an experiment differ, by the rules of `docs/statistics.md`.

use run::Epoch;

use crate::{
    Completed, Experiment, Level,
    stats::{Difference, holm},
};

/// The fraction of studies without any effect in which one is found nevertheless.
pub const ALPHA: f64 = 0.05;
/// Two levels whose accuracies differ by no more than this are the same: 0.2 points.
pub const SAME: f64 = 0.002;

/// Every level that can be compared, and how each differs from each.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// The highest mean of the final validation accuracy first.
    levels: Vec<&'a Level<Completed>>,
    /// Each level with each after it; none where they have no seed in common.
    pairs: Vec<Option<Pair>>,
}

/// How much one level ends above another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The difference of the final validation accuracies.
    pub difference: Difference,
    /// Whether it is more than chance, among all pairs of the experiment.
    pub is_clear: bool,
    /// Whether it is less than [`SAME`], among all pairs of the experiment. It may be clear as
    /// well.
    pub is_same: bool,
}

impl<'a> Comparison<'a> {
    /// Compares the levels of which every seed finished and none ended near chance.
    pub fn of(experiment: &'a Experiment<Completed>) -> Self {
        let levels = experiment.ranked();
        let indices = 0..levels.len();
        let pairs = indices
            .clone()
            .flat_map(|one| indices.clone().skip(one + 1).map(move |other| (one, other)));
        let differences: Vec<Option<Difference>> =
            pairs.map(|(one, other)| levels[one].above(levels[other], valid_accuracy)).collect();
        // What cannot be tested counts as a test that found nothing.
        let p = |test: &dyn Fn(&Difference) -> Option<f64>| {
            holm(
                &differences
                    .iter()
                    .map(|pair| pair.as_ref().and_then(test).unwrap_or(1.0))
                    .collect::<Vec<_>>(),
            )
        };
        let (none, more) = (p(&|pair| pair.p_of_none()), p(&|pair| pair.p_of_more_than(SAME)));
        let pair = |(difference, (none, more)): (Difference, (f64, f64))| Pair {
            difference,
            is_clear: none <= ALPHA,
            // One-sided tests at half of it: then a single pair is the same if its 95 % interval is
            // within the bound.
            is_same: more <= ALPHA / 2.0,
        };
        let all = differences.into_iter().zip(none.into_iter().zip(more));
        let pairs = all.map(|(difference, p)| Some(pair((difference?, p)))).collect();
        Self { levels, pairs }
    }

    /// The levels compared, the highest mean first.
    pub fn levels(&self) -> &[&'a Level<Completed>] {
        &self.levels
    }

    /// How much the level at the first place of [`levels`](Self::levels) ends above the one at the
    /// second.
    pub fn between(&self, one: usize, other: usize) -> Option<Pair> {
        let (first, second) = (one.min(other), one.max(other));
        if first == second || second >= self.levels.len() {
            return None;
        }
        // Before the pairs of this level come those of all levels before it.
        let before = first * (2 * self.levels.len() - first - 1) / 2;
        let pair = (*self.pairs.get(before + second - first - 1)?)?;
        Some(if one < other {
            pair
        } else {
            Pair { difference: pair.difference.reversed(), ..pair }
        })
    }

    /// The same, of two levels.
    pub fn of_levels(&self, one: &Level<Completed>, other: &Level<Completed>) -> Option<Pair> {
        let place = |level: &Level<Completed>| {
            self.levels.iter().position(|compared| compared.values == level.values)
        };
        self.between(place(one)?, place(other)?)
    }

    /// The levels that cannot be told from the highest, by their places.
    pub fn close(&self) -> Vec<usize> {
        (1..self.levels.len())
            .filter(|place| !self.between(0, *place).is_some_and(|pair| pair.is_clear))
            .collect()
    }

    /// Whether the highest level is clear of every other.
    pub fn has_best(&self) -> bool {
        self.levels.len() > 1 && self.close().is_empty()
    }
}

fn valid_accuracy(epoch: &Epoch) -> f64 {
    epoch.valid.accuracy()
}
