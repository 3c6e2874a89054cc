//! The comparison of the levels of an experiment, by the rules of `docs/statistics.md`.

use std::collections::BTreeMap;

use run::Epoch;

use crate::{
    Completed, Experiment, Level,
    stats::{Difference, holm},
};

/// The significance level: the fraction of studies without an effect that report one.
pub const ALPHA: f64 = 0.05;
/// The equivalence bound: accuracies that differ by at most 0.2 points are the same.
pub const SAME: f64 = 0.002;

/// The comparable levels, and the differences between them.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// The levels, the highest mean of the final validation accuracy first.
    levels: Vec<&'a Level<Completed>>,
    /// The differences by the places of two levels, in order; none for levels without a common
    /// seed.
    pairs: BTreeMap<(usize, usize), Pair>,
}

/// The difference between two levels at the end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The difference of the final validation accuracies.
    pub difference: Difference,
    /// Whether the difference is significant among all pairs of the experiment.
    pub is_clear: bool,
    /// Whether the difference is within [`SAME`], among all pairs of the experiment. It may be
    /// clear as well.
    pub is_same: bool,
}

impl<'a> Comparison<'a> {
    /// Compares the levels of which every seed finished and none ended near chance.
    pub fn of(experiment: &'a Experiment<Completed>) -> Self {
        let levels = experiment.ranked();
        let count = levels.len();
        let places = (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other)));
        let differences: Vec<Option<Difference>> = places
            .clone()
            .map(|(one, other)| levels[one].above(levels[other], valid_accuracy))
            .collect();
        // A pair that cannot be tested counts as a test without a finding.
        let p = |test: &dyn Fn(&Difference) -> Option<f64>| {
            let each = differences.iter().map(|pair| pair.as_ref().and_then(test).unwrap_or(1.0));
            holm(&each.collect::<Vec<_>>())
        };
        let (none, more) = (p(&|pair| pair.p_of_none()), p(&|pair| pair.p_of_more_than(SAME)));
        let pairs = places.zip(&differences).zip(none.into_iter().zip(more));
        let pairs = pairs.filter_map(|((places, difference), (none, more))| {
            // One-sided tests at half of ALPHA: then a single pair is the same if its 95 % interval
            // is within the bound.
            let (is_clear, is_same) = (none <= ALPHA, more <= ALPHA / 2.0);
            Some((places, Pair { difference: (*difference)?, is_clear, is_same }))
        });
        let pairs = pairs.collect();
        Self { levels, pairs }
    }

    /// The levels compared, the highest mean first.
    pub fn levels(&self) -> &[&'a Level<Completed>] {
        &self.levels
    }

    /// The difference of two levels by their places in [`levels`](Self::levels): the first one less
    /// the second.
    pub fn between(&self, one: usize, other: usize) -> Option<Pair> {
        if one <= other {
            return self.pairs.get(&(one, other)).copied();
        }
        let pair = self.between(other, one)?;
        Some(Pair { difference: pair.difference.reversed(), ..pair })
    }

    /// The difference of two levels.
    pub fn of_levels(&self, one: &Level<Completed>, other: &Level<Completed>) -> Option<Pair> {
        let place = |level: &Level<Completed>| {
            self.levels.iter().position(|compared| compared.values == level.values)
        };
        self.between(place(one)?, place(other)?)
    }

    /// The levels that are not clearly different from the highest, by their places.
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
