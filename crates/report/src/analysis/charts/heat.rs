//! Final accuracies of every combination of two factors of numbers, as a map.

use study::FactorValue;

use super::{accuracy, colors::viridis, extremes, finals};
use crate::{
    analysis::{Experiment, Level},
    heat::{Field, HeatMap},
};

/// Accuracies further than this below the highest, in percent, all look alike.
const SPAN: f64 = 10.0;
/// Fewer values than this each way are a table.
const LEAST: usize = 3;

/// The map of an experiment; none unless both of its factors are numbers and have several values.
pub fn of(experiment: &Experiment) -> Option<HeatMap> {
    let design = &experiment.design;
    let [first, second] = &design.factors[..] else { return None };
    let [rows, columns] = [0, 1].map(|factor| sorted(experiment.values(factor)));
    let (mut rows, columns) = (rows?, columns?);
    // Upwards, as an axis has them.
    rows.reverse();
    let mean = |level: &Level| {
        level.last(accuracy).filter(|_| level.succeeded()).map(|sample| sample.mean)
    };
    let (low, high) = extremes(&experiment.levels.iter().filter_map(mean).collect::<Vec<_>>());
    let low = low.max(high - SPAN);
    let field = |level: &Level| match mean(level) {
        Some(mean) => {
            let part = ((mean - low) / (high - low).max(1e-9)).clamp(0.0, 1.0);
            Field { label: format!("{mean:.2}"), color: Some(viridis(part)) }
        }
        None => Field { label: lost(level).to_owned(), color: None },
    };
    let at = |row: &FactorValue, column: &FactorValue| experiment.level_at(row, column).map(field);
    let names = |values: &[FactorValue]| {
        values.iter().map(|value| design.value_in_words(value)).collect::<Vec<_>>()
    };
    Some(HeatMap {
        title: design.full_title(),
        subtitle: format!(
            "final validation accuracy in %, mean over seeds; violet is {low:.1} or less, yellow \
             {high:.1}; grey lost a seed"
        ),
        x: finals::axis_name(second),
        y: finals::axis_name(first),
        columns: names(&columns),
        fields: rows
            .iter()
            .map(|row| columns.iter().map(|column| at(row, column)).collect())
            .collect(),
        rows: names(&rows),
    })
}

fn sorted(mut values: Vec<FactorValue<'_>>) -> Option<Vec<FactorValue<'_>>> {
    let numbers = finals::numbers(&values).filter(|numbers| numbers.len() >= LEAST)?;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
    let unordered = std::mem::take(&mut values);
    Some(order.into_iter().map(|place| unordered[place].clone()).collect())
}

/// How a level lost seeds.
fn lost(level: &Level) -> &'static str {
    if !level.diverged().is_empty() {
        "diverged"
    } else if !level.collapsed().is_empty() {
        "near chance"
    } else {
        "no result"
    }
}
