//! The comparison of the levels of an experiment, by the rules of `docs/statistics.md`.

use std::collections::BTreeMap;

use crate::{
    Completed, Experiment, Level,
    stats::{Estimate, Judged, detectable, judge, median},
};

/// The comparable levels, and the differences between them.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// The levels, the highest mean of the endpoint first.
    levels: Vec<&'a Level<Completed>>,
    /// The differences by the places of two levels, in order.
    pairs: BTreeMap<(usize, usize), Judged>,
}

impl<'a> Comparison<'a> {
    /// Compares the levels of which every seed succeeded.
    pub fn of(experiment: &'a Experiment<Completed>) -> Self {
        Self::of_levels(experiment.ranked())
    }

    /// Compares these levels, the highest mean first: every pair is a test of one family.
    pub fn of_levels(levels: Vec<&'a Level<Completed>>) -> Self {
        let count = levels.len();
        let places = (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other)));
        let (places, family): (Vec<_>, Vec<_>) = places
            .filter_map(|(one, other)| Some(((one, other), levels[one].above(levels[other])?)))
            .unzip();
        let pairs = places.into_iter().zip(judge(&family)).collect();
        Self { levels, pairs }
    }

    /// The levels compared, the highest mean first.
    pub fn levels(&self) -> &[&'a Level<Completed>] {
        &self.levels
    }

    /// The number of pairs.
    pub fn tests(&self) -> usize {
        self.pairs.len()
    }

    /// The difference of two levels by their places in [`levels`](Self::levels): the first one less
    /// the second.
    pub fn between(&self, one: usize, other: usize) -> Option<Judged> {
        if one <= other {
            return self.pairs.get(&(one, other)).copied();
        }
        self.between(other, one).map(Judged::reversed)
    }

    /// The place of a level in [`levels`](Self::levels).
    pub fn place(&self, level: &Level<Completed>) -> Option<usize> {
        self.levels.iter().position(|compared| compared.values == level.values)
    }

    /// Every pair by its places, the higher mean first.
    pub fn pairs(&self) -> impl Iterator<Item = ((usize, usize), &Judged)> {
        self.pairs.iter().map(|(places, pair)| (*places, pair))
    }

    /// The places of the levels that are not clearly different from the highest.
    pub fn close(&self) -> Vec<usize> {
        let is_clear = |place: &usize| self.between(0, *place).is_some_and(|pair| pair.is_clear());
        (1..self.levels.len()).filter(|place| !is_clear(place)).collect()
    }

    /// Whether the highest level is clear of every other.
    pub fn has_clear_top(&self) -> bool {
        self.levels.len() > 1 && self.close().is_empty()
    }

    /// The difference that these tests find with 80 %, for two levels with the median of the
    /// standard deviations, and that median. None with a single seed.
    pub fn detectable(&self) -> Option<(f64, f64)> {
        let samples: Vec<_> = self.levels.iter().filter_map(|level| level.endpoint()).collect();
        let seeds = samples.iter().map(|sample| sample.count).min()?;
        let deviations: Vec<f64> = samples.iter().map(|sample| sample.deviation).collect();
        let typical = median(&deviations)?;
        Some((detectable(typical, seeds, self.tests())?, typical))
    }
}

impl Level<Completed> {
    /// The difference of the endpoints from those of another level.
    fn above(&self, other: &Self) -> Option<Estimate> {
        Estimate::difference(&self.endpoints(), &other.endpoints(), self.floor().max(other.floor()))
    }
}
