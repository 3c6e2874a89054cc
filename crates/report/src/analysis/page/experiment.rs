//! What there is to say about an experiment.

use run::{config::value_name, text::duration};
use study::{plan::field_name, stats::Sample};
use toml::Value;

use crate::{
    ReportError,
    analysis::{
        Experiment, Level,
        charts::{self, Against},
        insights::{self, MILESTONES, percent},
    },
    document::{Block, Cell, Style, Table, Text},
};

/// Everything about an experiment.
pub(super) fn section(experiment: &Experiment) -> Result<Vec<Block>, ReportError> {
    let design = &experiment.design;
    let mut blocks = vec![
        Block::Section { title: design.title.clone(), anchor: design.name.clone() },
        Block::List { items: insights::of(experiment).into_iter().map(Text::from).collect() },
    ];
    blocks.extend(fairness(experiment));
    let mut shown = vec![Against::Epochs];
    if experiment.varies_batch_size() {
        shown.extend([Against::Updates, Against::Seconds]);
    }
    for against in shown {
        blocks.extend(Block::figure(charts::accuracies(experiment, against))?);
        blocks.extend(Block::figure(charts::accuracies_closely(experiment, against))?);
    }
    blocks.extend(Block::figure(charts::losses(experiment))?);
    blocks.extend(Block::figure(charts::finals(experiment))?);
    if let [first, second] = &design.factors[..] {
        blocks.push(Block::Table(grid(experiment, first, second)));
    }
    blocks.extend([Block::Table(table(experiment)), every_run(experiment)?]);
    Ok(blocks)
}

/// Says what levels differ in, and warns of anything that nobody meant to differ.
fn fairness(experiment: &Experiment) -> Vec<Block> {
    let unmeant = unmeant(experiment);
    let named: Vec<String> = experiment.design.fields().map(|field| field_name(field)).collect();
    let verdict = if unmeant.is_empty() {
        Text::styled(Style::Quiet, format!("Checked: runs of one seed differ in {} alone.", named.join(" and ")))
    } else {
        let also = unmeant.join(", ");
        Text::styled(Style::Warning, format!("Not a fair comparison: runs of one seed also differ in {also}."))
    };
    let mut blocks = vec![Block::paragraph(verdict)];
    if experiment.levels.iter().any(|level| level.trials.len() < level.planned) {
        blocks.push(Block::paragraph(Text::styled(Style::Warning, "Some runs of this experiment have no result.")));
    }
    blocks
}

/// What runs of one seed differ in besides the factor.
fn unmeant(experiment: &Experiment) -> Vec<String> {
    let named: Vec<&String> = experiment.design.fields().collect();
    let mut unmeant: Vec<String> = Vec::new();
    for level in &experiment.levels {
        for trial in &level.trials {
            let others = experiment.levels.iter().flat_map(|level| &level.trials);
            for other in others.filter(|other| other.config.seed == trial.config.seed) {
                let fields = trial.config.differences(&other.config).into_iter().map(|(field, ..)| field);
                unmeant.extend(fields.filter(|field| !named.contains(&field)));
                let besides = trial.provenance.differences(&other.provenance).into_iter();
                let follows =
                    |setting: Option<&str>| setting.is_some_and(|setting| named.iter().any(|name| *name == setting));
                unmeant.extend(besides.filter(|(_, setting)| !follows(*setting)).map(|(what, _)| what.to_owned()));
            }
        }
    }
    unmeant.sort_unstable();
    unmeant.dedup();
    unmeant
}

/// The final validation accuracy of every combination of two factors.
pub fn grid(experiment: &Experiment, first: &str, second: &str) -> Table {
    let (rows, columns) = (experiment.values(0), experiment.values(1));
    let level = |row: &Value, column: &Value| {
        experiment.levels.iter().find(|level| level.values[0] == *row && level.values[1] == *column)
    };
    let names = columns.iter().map(|column| format!("{} {}", field_name(second), value_name(column)));
    let row = |row: &&Value| {
        let accuracies = columns
            .iter()
            .map(|column| accuracy(level(row, column).and_then(|level| level.last(|epoch| epoch.valid.accuracy()))));
        [Cell::header(value_name(row))].into_iter().chain(accuracies.map(Cell::from)).collect()
    };
    Table {
        caption: Some("Final validation accuracy".to_owned()),
        head: vec![[field_name(first)].into_iter().chain(names).map(Cell::header).collect()],
        body: rows.iter().map(row).collect(),
        ..Table::default()
    }
}

/// An accuracy and its spread over seeds.
fn accuracy(sample: Option<Sample>) -> String {
    match sample {
        None => "–".to_owned(),
        Some(sample) if sample.count == 1 => percent(sample.mean),
        Some(sample) => format!("{} ± {:.2}", percent(sample.mean), sample.deviation * 100.0),
    }
}

/// A row for each level.
pub fn table(experiment: &Experiment) -> Table {
    let tall = |name: &str| Cell::header(name).over_rows(2);
    let milestones = MILESTONES.map(|milestone| Cell::header(format!("{:.0} %", milestone * 100.0)));
    Table {
        head: vec![
            vec![
                tall("level"),
                Cell::header("after the last epoch").over_columns(4),
                tall("test accuracy"),
                Cell::header("epochs, thousand updates, training time to").over_columns(MILESTONES.len()),
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
    let loss = |sample: Option<Sample>| sample.map_or_else(|| "–".to_owned(), |sample| format!("{:.4}", sample.mean));
    let reached = |milestone: f64| {
        level.reached(milestone).map_or_else(
            || "–".to_owned(),
            |reached| format!("{:.1}, {:.1}, {}", reached.epochs, reached.updates / 1e3, duration(reached.seconds)),
        )
    };
    let mut name = Text::from(level.label.as_str());
    if let diverged @ 1.. = level.diverged().len() {
        name = name.and(Style::Warning, format!(" ({diverged} of {} diverged)", level.trials.len()));
    }
    let numbers = [
        accuracy(level.last(|epoch| epoch.valid.accuracy())),
        accuracy(level.last(|epoch| epoch.train.accuracy())),
        loss(level.last(|epoch| epoch.valid.loss())),
        loss(level.last(|epoch| epoch.train.loss())),
        accuracy(level.test_accuracy()),
    ];
    let time = level.seconds().map_or_else(|| "–".to_owned(), |sample| duration(sample.mean));
    let numbers = numbers.into_iter().chain(MILESTONES.map(reached)).chain([time]);
    [Cell::header(name)].into_iter().chain(numbers.map(Cell::from)).collect()
}

/// The two curves of every run.
fn every_run(experiment: &Experiment) -> Result<Block, ReportError> {
    let mut blocks = Vec::new();
    for level in &experiment.levels {
        blocks.push(Block::Heading { title: level.label.clone() });
        let (mut losses, mut accuracies) = (Vec::new(), Vec::new());
        for trial in &level.trials {
            match charts::of_run(trial) {
                Some([loss, accuracy]) => {
                    losses.extend(Block::figure(Some(loss))?);
                    accuracies.extend(Block::figure(Some(accuracy))?);
                }
                None => {
                    let sentence =
                        format!("seed {}: diverged in its first epoch, there is no curve", trial.config.seed);
                    blocks.push(Block::paragraph(Text::styled(Style::Warning, sentence)));
                }
            }
        }
        losses.append(&mut accuracies);
        blocks.push(Block::Grid { blocks: losses });
    }
    let summary = Text::from("Loss and accuracy of every run: ")
        .and(Style::Training, "● training")
        .and(Style::Plain, ", ")
        .and(Style::Validation, "■ validation");
    Ok(Block::Fold { summary, blocks })
}
