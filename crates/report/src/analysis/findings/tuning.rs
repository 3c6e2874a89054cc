//! Each level of a factor at its own best learning rate, where an experiment varies both.

use study::{
    Comparison,
    plan::{field_name, number},
};

use super::headline::mean;
use crate::{
    analysis::levels::{Experiment, Level, level_at},
    words::list,
};

/// The level with the highest mean for each value of the factor that is not the learning rate.
#[derive(Debug)]
pub(in crate::analysis) struct Tuning<'a> {
    chosen: Vec<Chosen<'a>>,
}

/// The best learning rate of a value of the other factor.
#[derive(Debug)]
struct Chosen<'a> {
    level: &'a Level,
    /// The value of the other factor, in words.
    value: String,
    rate: f64,
    /// Whether it is the largest or the smallest learning rate tried with this value.
    edge: Option<&'static str>,
}

impl<'a> Tuning<'a> {
    /// The best learning rates of an experiment that varies them beside another factor.
    pub(super) fn of(experiment: &'a Experiment, all: &Comparison<'a>) -> Option<Self> {
        let design = &experiment.design;
        let [first, second] = &design.factors[..] else { return None };
        let rate = [first, second].into_iter().position(|factor| factor == "learning_rate")?;
        let rates = experiment.factor_values(rate);
        let choose = |value: &_| {
            let levels: Vec<&Level> =
                rates.iter().filter_map(|of| level_at(experiment, 1 - rate, value, of)).collect();
            let level = *all
                .levels()
                .iter()
                .find(|level| levels.iter().any(|tried| tried.values == level.values))?;
            let at = number(&level.values[rate])?;
            let tried: Vec<f64> =
                levels.iter().filter_map(|level| number(&level.values[rate])).collect();
            let edge = if tried.iter().all(|rate| *rate <= at) {
                Some("largest")
            } else {
                tried.iter().all(|rate| *rate >= at).then_some("smallest")
            };
            let value = design.in_words(1 - rate, value);
            Some(Chosen { level, value, rate: at, edge })
        };
        let others = experiment.factor_values(1 - rate);
        Some(Self { chosen: others.iter().filter_map(choose).collect() })
    }

    /// The chosen levels, the highest mean first.
    pub(super) fn levels(&self) -> Vec<&'a Level> {
        let mut levels: Vec<&Level> = self.chosen.iter().map(|chosen| chosen.level).collect();
        levels.sort_by(|a, b| mean(b).total_cmp(&mean(a)));
        levels
    }

    /// Whether the learning rate of this chosen level is the largest or the smallest tried.
    pub(super) fn edge(&self, level: &Level) -> Option<&'static str> {
        self.chosen.iter().find(|chosen| chosen.level.values == level.values)?.edge
    }

    /// The chosen rates, with a warning where one is at the edge of the grid.
    pub(super) fn sentences(&self, experiment: &Experiment) -> Vec<String> {
        let other = experiment.design.factors.iter().find(|factor| *factor != "learning_rate");
        let Some(other) = other.filter(|_| self.chosen.len() > 1) else { return Vec::new() };
        let rates =
            self.chosen.iter().map(|Chosen { value, rate, .. }| format!("{rate} for {value}"));
        let rates: Vec<String> = rates.collect();
        let edges: Vec<String> = self
            .chosen
            .iter()
            .filter_map(|chosen| Some(format!("{} tried with {}", chosen.edge?, chosen.value)))
            .collect();
        let mut sentence = format!(
            "Each {} is compared at its best learning rate, chosen on validation: {}.",
            field_name(other),
            list(&rates)
        );
        if !edges.is_empty() {
            sentence += &format!(
                " At an edge of the grid, where a better rate may lie outside: the {}.",
                list(&edges)
            );
        }
        vec![sentence]
    }
}
