//! All experiments in one picture: validation accuracy over learning rate divided by batch size.

use std::collections::BTreeMap;

use super::{
    colors::Colors,
    error_bars,
    finals::{endpoint_percent, lowest_compared},
};
use crate::{
    analysis::levels::{Experiment, Level},
    axis::{Axis, Scale},
    chart::Chart,
};

/// The least number of ratios in the picture.
const LEAST: usize = 5;

/// A curve for each experiment with levels that differ in learning rate and batch size alone, with
/// the other settings that most levels have. None where there are too few.
pub fn of(experiments: &[Experiment]) -> Option<Chart> {
    let levels = || experiments.iter().flat_map(|experiment| &experiment.levels);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    levels().filter_map(kind).for_each(|kind| *kinds.entry(kind).or_default() += 1);
    let (usual, _) = kinds.into_iter().max_by_key(|(_, count)| *count)?;
    let point = |level: &Level| {
        let config = &level.trials.first().filter(|_| kind(level).as_ref() == Some(&usual))?.config;
        Some((config.learning_rate / config.batch_size as f64, endpoint_percent(level)))
    };
    let points = |experiment: &Experiment| {
        let points: Vec<_> = experiment.levels.iter().filter_map(point).collect();
        (points.len() > 2).then(|| (experiment.design.full_title(), points))
    };
    let compared: Vec<_> = experiments.iter().filter_map(points).collect();
    let mut ratios: Vec<f64> =
        compared.iter().flat_map(|(_, points)| points).map(|(ratio, _)| *ratio).collect();
    ratios.sort_by(f64::total_cmp);
    ratios.dedup();
    if compared.len() < 2 || ratios.len() < LEAST {
        return None;
    }
    let looks = Colors::default().of_values("", None, compared.len());
    let curves = compared.into_iter().zip(looks);
    let curves = curves.map(|((title, points), look)| error_bars::curve(title, look, points));
    let x = Axis { scale: Scale::Log, ..Axis::linear("learning rate / batch size") };
    let title = "Learning rate divided by batch size".to_owned();
    let lowest = experiments.iter().filter_map(lowest_compared).reduce(f64::min);
    error_bars::chart(title, x, "validation accuracy (%)", lowest, curves.collect())
}

/// The settings of a level besides learning rate and batch size.
fn kind(level: &Level) -> Option<String> {
    let config = &level.trials.first()?.config;
    Some(config.describe_without(&["learning_rate", "batch_size", "seed"]))
}
