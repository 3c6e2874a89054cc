//! The section of the page on an experiment.

use std::collections::BTreeSet;

use study::plan::field_name;

use crate::{
    analysis::{
        charts::{self, Against, Colors},
        findings::Findings,
        level_tables,
        levels::{Experiment, trials},
    },
    document::{Block, Style, Text},
    error::ReportError,
};

/// The section: findings, checks, charts, tables, and the curves of every run.
pub(super) fn section(findings: &Findings, colors: &Colors) -> Result<Vec<Block>, ReportError> {
    let experiment = findings.experiment;
    let design = &experiment.design;
    let mut blocks = vec![
        // A section of the page may have the same name as an experiment.
        Block::section(design.full_title(), format!("experiment-{}", design.name)),
        Block::list(&findings.sentences),
    ];
    blocks.extend(base_settings(experiment).map(Block::paragraph));
    blocks.extend(fairness(experiment));
    let mut figures = vec![charts::schedules(experiment, colors)];
    let against: &[Against] = match experiment.varies_batch_size() {
        true => &[Against::Epochs, Against::Updates, Against::Seconds],
        false => &[Against::Epochs],
    };
    for against in against {
        figures.push(charts::accuracies(experiment, *against, colors));
        figures.push(charts::accuracies_closely(experiment, *against, colors));
    }
    figures.extend([charts::losses(experiment, colors), charts::finals(experiment, colors)]);
    for figure in figures {
        blocks.extend(Block::figure(figure)?);
    }
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
    let first = trials(experiment).next()?;
    let left_out: Vec<&str> =
        experiment.design.fields().map(String::as_str).chain(["seed", "threads"]).collect();
    let seeds: BTreeSet<u64> = trials(experiment).map(|trial| trial.config.seed).collect();
    let seeds = seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let settings = first.config.describe_without(&left_out);
    Some(Text::styled(Style::Quiet, format!("In every run: {settings}. Seeds: {seeds}.")))
}

/// The settings in which levels differ, with a warning of those that the experiment does not vary.
fn fairness(experiment: &Experiment) -> Vec<Block> {
    let unmeant = Vec::from_iter(unmeant(experiment)).join(", ");
    let named: Vec<String> = experiment.design.fields().map(|field| field_name(field)).collect();
    let verdict = if unmeant.is_empty() {
        let checked = format!("Checked: runs of one seed differ in {} alone.", named.join(" and "));
        Text::styled(Style::Quiet, checked)
    } else {
        warning(format!("Not a fair comparison: runs also differ in {unmeant}."))
    };
    let mut blocks = vec![Block::paragraph(verdict)];
    if experiment.design.cut_to.is_some() {
        blocks.push(Block::paragraph(warning(
            "Cut short: with the epochs of its file, the levels would differ as the title says; \
             with fewer epochs they may not.",
        )));
    }
    if experiment.levels.iter().any(|level| level.crashed() > 0) {
        blocks.push(Block::paragraph(warning("Some runs of this experiment have no result.")));
    }
    blocks
}

fn warning(text: impl Into<String>) -> Text {
    Text::styled(Style::Warning, text)
}

/// The differences of runs besides the factors: those of one seed in settings, those of any seed in
/// provenance.
fn unmeant(experiment: &Experiment) -> BTreeSet<String> {
    let design = &experiment.design;
    let is_varied = |setting: Option<&str>| {
        setting.is_some_and(|setting| design.fields().any(|field| field == setting))
    };
    let mut unmeant = BTreeSet::new();
    // Where any two runs differ, one differs from the first.
    for trial in trials(experiment) {
        let of_seed = trials(experiment).find(|other| other.config.seed == trial.config.seed);
        let settings = of_seed.map(|first| trial.config.differences(&first.config));
        let settings = settings.into_iter().flatten().map(|(field, ..)| field);
        unmeant.extend(settings.filter(|field| !design.means(field)));
        let first = trials(experiment).next();
        let provenance = first.map(|first| trial.provenance.differences(&first.provenance));
        let provenance = provenance.into_iter().flatten();
        unmeant.extend(
            provenance.filter(|(_, setting)| !is_varied(*setting)).map(|(what, _)| what.to_owned()),
        );
    }
    unmeant
}

/// The two curves of every run.
fn every_run(experiment: &Experiment) -> Result<Block, ReportError> {
    let mut blocks = Vec::new();
    for level in &experiment.levels {
        blocks.push(Block::heading(level.label.as_str()));
        let (mut losses, mut accuracies) = (Vec::new(), Vec::new());
        for trial in &level.trials {
            match charts::of_run(trial) {
                Some([loss, accuracy]) => {
                    losses.extend(Block::figure(Some(loss))?);
                    accuracies.extend(Block::figure(Some(accuracy))?);
                }
                None => blocks.push(Block::paragraph(warning(format!(
                    "seed {}: diverged in its first epoch, there is no curve",
                    trial.config.seed
                )))),
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
