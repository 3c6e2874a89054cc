//! The final accuracies of every combination of two factors of numbers, as a heat map.

use std::cmp::Ordering::Equal;

use study::{FactorValue, plan::number, stats::Sample};

use super::{
    colors::viridis,
    factor_axis::{axis_name, numbers},
    finals::endpoint_percent,
};
use crate::{
    analysis::levels::{Experiment, Level},
    heat::{Field, HeatMap, Key, Width},
    words::decimal,
};

/// Accuracies at least this far below the highest, in percent, have one colour.
const SPAN: f64 = 10.0;
/// The steps between the colours of the key.
const KEY_STEPS: u8 = 99;
/// The least number of values of each factor; of fewer, there is a table.
const LEAST: usize = 3;

/// The heat map of an experiment; none unless it has two factors of at least three numbers.
pub fn of(experiment: &Experiment) -> Option<HeatMap> {
    let design = &experiment.design;
    let [first, second] = &design.factors[..] else { return None };
    let [rows, columns] =
        [0, 1].map(|factor| sorted(&design.factors[factor], experiment.factor_values(factor)));
    let (mut rows, columns) = (rows?, columns?);
    // Upwards, as along an axis.
    rows.reverse();
    let mean = |level: &Level| {
        endpoint_percent(level).filter(|_| level.succeeded()).map(|sample| sample.mean)
    };
    let means: Vec<f64> = experiment.levels.iter().filter_map(mean).collect();
    let Sample { low: lowest, high, .. } = Sample::of(&means)?;
    let low = lowest.max(high - SPAN);
    let field = |level: &Level| match mean(level) {
        Some(mean) => {
            let part = ((mean - low) / (high - low).max(1e-9)).clamp(0.0, 1.0);
            Field { label: decimal(mean, 2), color: Some(viridis(part)) }
        }
        None => Field { label: lost(level).to_owned(), color: None },
    };
    let fields =
        |row| columns.iter().map(|column| experiment.level_at(row, column).map(field)).collect();
    let names = |factor: usize, values: &[FactorValue]| {
        values.iter().map(|value| design.value_in_words(factor, value)).collect::<Vec<_>>()
    };
    Some(HeatMap {
        title: design.full_title(),
        subtitle: "validation accuracy in %, mean over seeds; grey lost a seed".to_owned(),
        key: Some(key(lowest, low, high)),
        x: axis_name(second),
        y: axis_name(first),
        columns: names(1, &columns),
        fields: rows.iter().map(fields).collect(),
        rows: names(0, &rows),
        width: Width::Full,
    })
}

/// The key to the colours between these accuracies, the first of which may stand for lower ones.
fn key(lowest: f64, low: f64, high: f64) -> Key {
    let or_less = if lowest < low { " % or less" } else { " %" };
    let color = |part| viridis(f64::from(part) / f64::from(KEY_STEPS));
    Key {
        low: decimal(low, 2) + or_less,
        high: decimal(high, 2) + " %",
        colors: (0..=KEY_STEPS).map(color).collect(),
    }
}

/// The values in ascending order, if they are enough numbers.
fn sorted<'a>(factor: &str, mut values: Vec<FactorValue<'a>>) -> Option<Vec<FactorValue<'a>>> {
    numbers(factor, &values).filter(|numbers| numbers.len() >= LEAST)?;
    values.sort_by(|a, b| number(a.value).partial_cmp(&number(b.value)).unwrap_or(Equal));
    Some(values)
}

/// The first cause for which a level lost seeds.
fn lost(level: &Level) -> &'static str {
    level.losses().first().map_or("not comparable", |(_, cause)| cause)
}
