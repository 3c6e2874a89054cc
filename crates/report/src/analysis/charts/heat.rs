//! The final accuracies of every combination of two factors of numbers, as a heat map.

use std::cmp::Ordering::Equal;

use study::{FactorValue, plan::number, stats::Sample};

use super::{
    colors::viridis,
    factor_axis::{axis_name, numbers},
};
use crate::{
    analysis::levels::{Experiment, Level, valid_percent},
    heat::{Field, HeatMap},
};

/// Accuracies at least this far below the highest, in percent, have one colour.
const SPAN: f64 = 10.0;
/// The least number of values of each factor; of fewer, there is a table.
const LEAST: usize = 3;

/// The heat map of an experiment; none unless it has two factors of at least three numbers.
pub fn of(experiment: &Experiment) -> Option<HeatMap> {
    let design = &experiment.design;
    let [first, second] = &design.factors[..] else { return None };
    let [rows, columns] = [0, 1].map(|factor| sorted(experiment.factor_values(factor)));
    let (mut rows, columns) = (rows?, columns?);
    // Upwards, as along an axis.
    rows.reverse();
    let mean = |level: &Level| {
        level.last(valid_percent).filter(|_| level.succeeded()).map(|sample| sample.mean)
    };
    let means: Vec<f64> = experiment.levels.iter().filter_map(mean).collect();
    let Sample { low, high, .. } = Sample::of(&means)?;
    let low = low.max(high - SPAN);
    let field = |level: &Level| match mean(level) {
        Some(mean) => {
            let part = ((mean - low) / (high - low).max(1e-9)).clamp(0.0, 1.0);
            Field { label: format!("{mean:.2}"), color: Some(viridis(part)) }
        }
        None => Field { label: lost(level).to_owned(), color: None },
    };
    let fields =
        |row| columns.iter().map(|column| experiment.level_at(row, column).map(field)).collect();
    let names = |values: &[FactorValue]| {
        values.iter().map(|value| design.value_in_words(value)).collect::<Vec<_>>()
    };
    Some(HeatMap {
        title: design.full_title(),
        subtitle: format!(
            "final validation accuracy in %, mean over seeds; violet is {low:.1} or less, yellow \
             {high:.1}; grey lost a seed"
        ),
        x: axis_name(second),
        y: axis_name(first),
        columns: names(&columns),
        fields: rows.iter().map(fields).collect(),
        rows: names(&rows),
    })
}

/// The values in ascending order, if they are enough numbers.
fn sorted(mut values: Vec<FactorValue<'_>>) -> Option<Vec<FactorValue<'_>>> {
    numbers(&values).filter(|numbers| numbers.len() >= LEAST)?;
    values.sort_by(|a, b| number(a.value).partial_cmp(&number(b.value)).unwrap_or(Equal));
    Some(values)
}

/// The cause for which a level lost seeds.
fn lost(level: &Level) -> &'static str {
    if !level.diverged().is_empty() {
        "diverged"
    } else if !level.collapsed().is_empty() {
        "near chance"
    } else {
        "no result"
    }
}
