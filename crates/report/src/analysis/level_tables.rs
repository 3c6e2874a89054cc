//! The tables of an experiment: its levels, and the accuracies of all combinations of two factors.

use host::text::duration;
use study::{FactorValue, plan::field_name, stats::Sample};

use super::{
    findings::MILESTONES,
    levels::{Experiment, Level, fitted_accuracy, valid_accuracy},
};
use crate::{
    document::{Cell, Style, Table, Text},
    words::{lost, or_dash, percent, percent_to, spread},
};

/// The final validation accuracy of every combination of two factors; none for a single factor.
pub fn of_combinations(experiment: &Experiment) -> Option<Table> {
    let design = &experiment.design;
    let [first, _] = &design.factors[..] else { return None };
    let (rows, columns) = (experiment.factor_values(0), experiment.factor_values(1));
    let names = columns.iter().map(|column| design.in_words(1, column));
    let row = |row: &FactorValue| {
        let last = |column| experiment.level_at(row, column)?.last(valid_accuracy);
        Cell::row(design.value_in_words(row), columns.iter().map(|column| accuracy(last(column))))
    };
    Some(Table {
        caption: Some("Final validation accuracy".to_owned()),
        head: vec![[field_name(first)].into_iter().chain(names).map(Cell::header).collect()],
        body: rows.iter().map(row).collect(),
        ..Table::default()
    })
}

/// A row for each level.
pub fn of_levels(experiment: &Experiment) -> Table {
    let tall = |name: &str| Cell::header(name).over_rows(2);
    let milestones = MILESTONES.map(|milestone| percent_to(0, milestone)).map(Cell::header);
    Table {
        head: vec![
            vec![
                tall("level"),
                Cell::header("after the last epoch").over_columns(4),
                tall("test accuracy"),
                Cell::header("epochs, thousand updates, training time to")
                    .over_columns(MILESTONES.len()),
                tall("training time"),
            ],
            ["validation accuracy", "training accuracy", "validation loss", "training loss"]
                .map(Cell::header)
                .into_iter()
                .chain(milestones)
                .collect(),
        ],
        body: experiment.levels.iter().map(row).collect(),
        ..Table::default()
    }
}

fn row(level: &Level) -> Vec<Cell> {
    let loss = |sample: Option<Sample>| or_dash(sample.map(|sample| format!("{:.4}", sample.mean)));
    let reached = |milestone: f64| {
        or_dash(level.reached(milestone).map(|reached| {
            let (epochs, updates) = (reached.epochs, reached.updates / 1e3);
            format!("{epochs:.1}, {updates:.1}, {}", duration(reached.seconds))
        }))
    };
    let name = lost(level).iter().fold(Text::from(level.label.as_str()), |name, lost| {
        name.and(Style::Warning, format!(" ({lost})"))
    });
    let numbers = [
        accuracy(level.last(valid_accuracy)),
        accuracy(level.last(fitted_accuracy)),
        loss(level.last(|epoch| epoch.valid.loss())),
        loss(level.last(|epoch| epoch.fitted().loss())),
        accuracy(level.test_accuracy()),
    ];
    let time = or_dash(level.seconds().map(|sample| duration(sample.mean)));
    let numbers = numbers.into_iter().chain(MILESTONES.map(reached)).chain([time]);
    Cell::row(name, numbers)
}

/// A mean accuracy and its spread over seeds.
fn accuracy(sample: Option<Sample>) -> String {
    or_dash(sample.map(|sample| percent(sample.mean) + &spread(&sample)))
}
