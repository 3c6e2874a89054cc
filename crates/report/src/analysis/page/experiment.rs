//! What there is to say about an experiment.

use host::text::duration;
use study::{Completed, FactorValue, plan::field_name, stats::Sample};

use crate::{
    ReportError,
    analysis::{
        Experiment, Level,
        charts::{self, Against, Colors},
        insights::{self, MILESTONES, percent},
    },
    document::{Block, Cell, Style, Table, Text},
};

/// Everything about an experiment.
pub(super) fn section(experiment: &Experiment, colors: &Colors) -> Result<Vec<Block>, ReportError> {
    let design = &experiment.design;
    let mut blocks = vec![
        Block::Section { title: design.full_title(), anchor: design.name.clone() },
        Block::List { items: insights::of(experiment).into_iter().map(Text::from).collect() },
    ];
    blocks.extend(base_settings(experiment).map(Block::paragraph));
    blocks.extend(fairness(experiment));
    blocks.extend(Block::figure(charts::schedules(experiment, colors))?);
    let mut shown = vec![Against::Epochs];
    if experiment.varies_batch_size() {
        shown.extend([Against::Updates, Against::Seconds]);
    }
    for against in shown {
        blocks.extend(Block::figure(charts::accuracies(experiment, against, colors))?);
        blocks.extend(Block::figure(charts::accuracies_closely(experiment, against, colors))?);
    }
    blocks.extend(Block::figure(charts::losses(experiment, colors))?);
    blocks.extend(Block::figure(charts::finals(experiment, colors))?);
    if let Some(map) = charts::heat_map(experiment) {
        let svg =
            map.bare_svg().map_err(|reason| ReportError::Picture { picture: "report", reason })?;
        blocks.push(Block::Figure { svg });
    }
    blocks.extend(grid(experiment).map(Block::Table));
    blocks.extend([Block::Table(table(experiment)), every_run(experiment)?]);
    Ok(blocks)
}

/// The settings that no level changes, and the seeds.
fn base_settings(experiment: &Experiment) -> Option<Text> {
    let first = experiment.levels.iter().flat_map(|level| &level.trials).next()?;
    let left_out: Vec<&str> =
        experiment.design.fields().map(String::as_str).chain(["seed", "threads"]).collect();
    let mut seeds: Vec<u64> = experiment
        .levels
        .iter()
        .flat_map(|level| &level.trials)
        .map(|trial| trial.config.seed)
        .collect();
    seeds.sort_unstable();
    seeds.dedup();
    let seeds = seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let settings = first.config.describe_without(&left_out);
    Some(Text::styled(Style::Quiet, format!("In every run: {settings}. Seeds: {seeds}.")))
}

/// Says what levels differ in, and warns of anything that nobody meant to differ.
fn fairness(experiment: &Experiment) -> Vec<Block> {
    let unmeant = unmeant(experiment);
    let named: Vec<String> = experiment.design.fields().map(|field| field_name(field)).collect();
    let verdict = if unmeant.is_empty() {
        Text::styled(
            Style::Quiet,
            format!("Checked: runs of one seed differ in {} alone.", named.join(" and ")),
        )
    } else {
        let also = unmeant.join(", ");
        Text::styled(Style::Warning, format!("Not a fair comparison: runs also differ in {also}."))
    };
    let mut blocks = vec![Block::paragraph(verdict)];
    if experiment.design.cut_to.is_some() {
        let warning = "Cut short: with the epochs of its file, the levels would differ as the \
            title says; with fewer epochs they \
                       may not.";
        blocks.push(Block::paragraph(Text::styled(Style::Warning, warning)));
    }
    if experiment.levels.iter().any(|level| level.trials.len() < level.planned) {
        blocks.push(Block::paragraph(Text::styled(
            Style::Warning,
            "Some runs of this experiment have no result.",
        )));
    }
    blocks
}

/// What runs differ in besides the factor: of one seed in their settings, of any seed in where and
/// from what they were made.
fn unmeant(experiment: &Experiment) -> Vec<String> {
    let named: Vec<&String> = experiment.design.fields().collect();
    let trials: Vec<&Completed> =
        experiment.levels.iter().flat_map(|level| &level.trials).collect();
    let mut unmeant: Vec<String> = Vec::new();
    for trial in &trials {
        // Whatever differs at all differs from the first one.
        if let Some(first) = trials.iter().find(|other| other.config.seed == trial.config.seed) {
            let fields =
                trial.config.differences(&first.config).into_iter().map(|(field, ..)| field);
            unmeant.extend(fields.filter(|field| !experiment.design.means(field)));
        }
        let besides = trials
            .first()
            .map_or_else(Vec::new, |first| trial.provenance.differences(&first.provenance));
        let follows = |setting: Option<&str>| {
            setting.is_some_and(|setting| named.iter().any(|name| *name == setting))
        };
        unmeant.extend(
            besides
                .into_iter()
                .filter(|(_, setting)| !follows(*setting))
                .map(|(what, _)| what.to_owned()),
        );
    }
    unmeant.sort_unstable();
    unmeant.dedup();
    unmeant
}

/// The final validation accuracy of every combination of two factors; none of a single factor.
pub fn grid(experiment: &Experiment) -> Option<Table> {
    let design = &experiment.design;
    let [first, _] = &design.factors[..] else { return None };
    let (rows, columns) = (experiment.values(0), experiment.values(1));
    let names = columns.iter().map(|column| design.in_words(1, column));
    let row = |row: &FactorValue| {
        let level = |column| experiment.level_at(row, column);
        let accuracies = columns.iter().map(|column| {
            accuracy(level(column).and_then(|level| level.last(|epoch| epoch.valid.accuracy())))
        });
        [Cell::header(design.value_in_words(row))]
            .into_iter()
            .chain(accuracies.map(Cell::from))
            .collect()
    };
    Some(Table {
        caption: Some("Final validation accuracy".to_owned()),
        head: vec![[field_name(first)].into_iter().chain(names).map(Cell::header).collect()],
        body: rows.iter().map(row).collect(),
        ..Table::default()
    })
}

/// An accuracy and its spread over seeds.
fn accuracy(sample: Option<Sample>) -> String {
    match sample {
        None => "–".to_owned(),
        Some(sample) if sample.count == 1 => percent(sample.mean),
        Some(sample) => format!("{} (SD {:.2})", percent(sample.mean), sample.deviation * 100.0),
    }
}

/// A row for each level.
pub fn table(experiment: &Experiment) -> Table {
    let tall = |name: &str| Cell::header(name).over_rows(2);
    let milestones =
        MILESTONES.map(|milestone| Cell::header(format!("{:.0} %", milestone * 100.0)));
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
    let loss = |sample: Option<Sample>| {
        sample.map_or_else(|| "–".to_owned(), |sample| format!("{:.4}", sample.mean))
    };
    let reached = |milestone: f64| {
        level.reached(milestone).map_or_else(
            || "–".to_owned(),
            |reached| {
                format!(
                    "{:.1}, {:.1}, {}",
                    reached.epochs,
                    reached.updates / 1e3,
                    duration(reached.seconds)
                )
            },
        )
    };
    let mut name = Text::from(level.label.as_str());
    for (count, how) in level.losses() {
        name = name.and(Style::Warning, format!(" ({count} of {} {how})", level.planned));
    }
    let numbers = [
        accuracy(level.last(|epoch| epoch.valid.accuracy())),
        accuracy(level.last(|epoch| epoch.fitted().accuracy())),
        loss(level.last(|epoch| epoch.valid.loss())),
        loss(level.last(|epoch| epoch.fitted().loss())),
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
                    let sentence = format!(
                        "seed {}: diverged in its first epoch, there is no curve",
                        trial.config.seed
                    );
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
