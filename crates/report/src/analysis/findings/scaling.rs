//! The accuracies of learning rates in proportion to the batch size.

use study::{Comparison, plan::number};

use crate::{
    analysis::levels::{Experiment, Level},
    words::judged,
};

/// The least number of batch sizes in a series.
const SHORTEST_SERIES: usize = 3;
/// Ratios that differ by less than this fraction differ by rounding alone.
const SAME_RATIO: f64 = 1e-6;

/// A sentence for each ratio of learning rate and batch size: the changes of the accuracy against
/// the smallest batch size. Of an experiment that varies both.
pub(super) fn of(experiment: &Experiment, comparison: &Comparison) -> Vec<String> {
    let factor = |name: &str| experiment.design.factors.iter().position(|factor| factor == name);
    let (Some(rate), Some(batch)) = (factor("learning_rate"), factor("batch_size")) else {
        return Vec::new();
    };
    let sentence = |levels: Vec<&Level>| {
        let (first, rest) = levels.split_first()?;
        let change = |level: &&Level| match comparison.of_levels(level, first) {
            Some(pair) => {
                let same = if pair.is_same { " (the same)" } else { "" };
                format!("{} for {}{same}", judged(&pair), level.label)
            }
            None => format!("not compared for {}", level.label),
        };
        Some(format!(
            "With the learning rate in proportion to the batch size, the final validation accuracy \
             changes against {} by: {}.",
            first.label,
            rest.iter().map(change).collect::<Vec<_>>().join("; ")
        ))
    };
    series(experiment, rate, batch).into_iter().filter_map(sentence).collect()
}

/// The levels of each ratio, in ascending order of the batch size. `rate` and `batch` are the
/// places of the factors.
fn series(experiment: &Experiment, rate: usize, batch: usize) -> Vec<Vec<&Level>> {
    let value = |level: &Level, factor: usize| number(&level.values[factor]).unwrap_or(f64::NAN);
    let ratio = |level: &Level| value(level, rate) / value(level, batch);
    let mut levels: Vec<&Level> =
        experiment.levels.iter().filter(|level| ratio(level).is_finite()).collect();
    levels.sort_by(|a, b| ratio(a).total_cmp(&ratio(b)));
    let is_same = |a: &&Level, b: &&Level| (ratio(b) / ratio(a) - 1.0).abs() < SAME_RATIO;
    let series = levels.chunk_by(is_same).filter(|levels| levels.len() >= SHORTEST_SERIES);
    let mut series: Vec<Vec<&Level>> = series.map(<[_]>::to_vec).collect();
    for levels in &mut series {
        levels.sort_by(|a, b| value(a, batch).total_cmp(&value(b, batch)));
    }
    series
}
