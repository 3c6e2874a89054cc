//! The section of the page on an experiment.

use study::{Completed, plan::field_name};

use crate::{
    analysis::{
        charts::{self, Against, Colors},
        findings::Findings,
        level_tables,
        levels::Experiment,
    },
    document::{Block, Style, Text},
    error::ReportError,
};

/// The section: findings, checks, charts, tables, and the curves of every run.
pub(super) fn section(findings: &Findings, colors: &Colors) -> Result<Vec<Block>, ReportError> {
    let experiment = findings.experiment;
    let design = &experiment.design;
    let mut blocks = vec![
        Block::Section { title: design.full_title(), anchor: design.name.clone() },
        Block::List { items: findings.sentences.iter().map(Text::from).collect() },
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
        let svg = map.bare_svg().map_err(ReportError::picture("report"))?;
        blocks.push(Block::Figure { svg });
    }
    blocks.extend(level_tables::of_combinations(experiment).map(Block::Table));
    blocks.extend([Block::Table(level_tables::of_levels(experiment)), every_run(experiment)?]);
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

/// The settings in which levels differ, with a warning of those that the experiment does not vary.
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
                       title says; with fewer epochs they may not.";
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

/// The differences of runs besides the factors: those of one seed in settings, those of any seed in
/// provenance.
fn unmeant(experiment: &Experiment) -> Vec<String> {
    let named: Vec<&String> = experiment.design.fields().collect();
    let trials: Vec<&Completed> =
        experiment.levels.iter().flat_map(|level| &level.trials).collect();
    let mut unmeant: Vec<String> = Vec::new();
    for trial in &trials {
        // Where any two runs differ, one differs from the first.
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
