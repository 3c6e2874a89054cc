//! The tables of an experiment: its levels, and the accuracies of all combinations of two factors.

use host::text::thousands;
use study::{
    FactorValue,
    plan::field_name,
    results::Reached,
    stats::{Judged, Sample, Verdict},
};

use super::{
    findings::{Findings, fitting::gap},
    levels::{Experiment, Level, valid_accuracy},
};
use crate::{
    document::{Cell, Mark, Style, Table, Text},
    words::{hundredths, interval, lost, or_dash, percent_to, spread},
};

/// The validation accuracies of which one is a column: the highest that a compared level reached.
const MILESTONES: [f64; 3] = [0.90, 0.95, 0.97];

/// The meaning of the columns, below a table.
pub const KEY: &str = "Accuracies in percent, mean and SD over seeds. The compared accuracy is the \
    mean of the last three epochs, of the kept epoch with keep = \"best\". Difference: points from \
    the highest level, with the simultaneous 95 % interval; ▼ clearly lower, ? too few seeds to \
    judge, ≈ not clearly different. ↗ still improved when training stopped.";

/// The compared validation accuracy of every combination of two factors; none for a single factor.
pub fn of_combinations(experiment: &Experiment) -> Option<Table> {
    let design = &experiment.design;
    let [first, _] = &design.factors[..] else { return None };
    let (rows, columns) = (experiment.factor_values(0), experiment.factor_values(1));
    let names = columns.iter().map(|column| design.in_words(1, column));
    let row = |row: &FactorValue| {
        let last = |column| experiment.level_at(row, column)?.endpoint();
        let words = design.value_in_words(0, row);
        Cell::row(words, columns.iter().map(|column| accuracy(last(column))))
    };
    Some(Table {
        caption: Some("Validation accuracy (%)".to_owned()),
        head: vec![[field_name(first)].into_iter().chain(names).map(Cell::header).collect()],
        body: rows.iter().map(row).collect(),
        ..Table::default()
    })
}

/// A row for each level.
pub fn of_levels(experiment: &Experiment) -> Table {
    of_findings(&Findings::of(experiment))
}

/// A row for each level, with its difference from the highest.
pub(super) fn of_findings(findings: &Findings) -> Table {
    let levels = &findings.experiment.levels;
    // A level that lost a seed may have reached an accuracy, and lost it again.
    let milestone = MILESTONES
        .into_iter()
        .rev()
        .find(|milestone| levels.iter().any(|level| reached(level, *milestone).is_some()));
    let to = milestone.map(|milestone| format!("updates to {}", percent_to(0, milestone)));
    let names = ["level", "validation", "difference", "last epoch", "test", "gap", "updates"];
    let head = names.map(str::to_owned).into_iter().chain(to);
    Table {
        head: vec![head.map(Cell::header).collect()],
        body: levels.iter().map(|level| row(findings, level, milestone)).collect(),
        ..Table::default()
    }
}

/// The costs of an accuracy, of a level that lost no seed.
fn reached(level: &Level, milestone: f64) -> Option<Reached> {
    level.reached(milestone).filter(|_| level.succeeded())
}

fn row(findings: &Findings, level: &Level, milestone: Option<f64>) -> Vec<Cell> {
    let mut name = Text::from(level.label.as_str());
    if level.still_improves() {
        name = name.and(Style::Quiet, " ↗");
    }
    for lost in lost(level) {
        name = name.and(Style::Warning, format!(" ({lost})"));
    }
    let updates = level.trials.iter().map(|trial| trial.spent(trial.summary.epochs).0);
    let to = milestone.map(|milestone| {
        or_dash(reached(level, milestone).map(|reached| thousands(reached.updates)))
    });
    let numbers = [
        Cell::from(accuracy(level.endpoint())),
        difference(findings, level),
        Cell::from(accuracy(level.last(valid_accuracy))),
        Cell::from(accuracy(level.test_accuracy())),
        Cell::from(or_dash(gap(level).map(|gap| interval(&gap)))),
        Cell::from(or_dash(updates.reduce(f64::max).map(thousands))),
    ];
    [Cell::header(name)].into_iter().chain(numbers).chain(to.map(Cell::from)).collect()
}

/// The difference of a level from the highest, with its verdict by sign and shade.
fn difference(findings: &Findings, level: &Level) -> Cell {
    let comparison = &findings.comparison;
    let place = comparison.place(level);
    if place == Some(0) {
        return Cell::from("highest");
    }
    let Some(pair) = place.and_then(|place| comparison.between(place, 0)) else {
        return Cell::from(or_dash(None));
    };
    let (sign, mark) = shown(&pair);
    Cell { mark, ..Cell::from(format!("{}{sign}", interval(&pair))) }
}

fn shown(pair: &Judged) -> (&'static str, Option<Mark>) {
    match pair.verdict {
        Verdict::Clear => (" ▼", Some(Mark::Lower)),
        Verdict::TooFewSeeds => (" ?", None),
        Verdict::NotClear => (" ≈", Some(Mark::Close)),
        Verdict::Untested => ("", None),
    }
}

/// A mean accuracy in percent and its spread over seeds.
fn accuracy(sample: Option<Sample>) -> String {
    or_dash(sample.map(|sample| hundredths(sample.mean) + &spread(&sample)))
}
