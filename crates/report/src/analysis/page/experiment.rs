//! The section of the page on an experiment.

use std::collections::BTreeSet;

use study::{Completed, plan::field_name};

use super::Medium;
use crate::{
    analysis::{
        charts::{self, Colors},
        findings::Findings,
        level_tables,
        levels::{Experiment, trials},
    },
    document::{Block, Style, Text},
    error::ReportError,
};

/// The section: findings, checks, charts, tables, and the curves of the runs. The picture at the
/// top of the page is not repeated.
pub(super) fn section(
    findings: &Findings,
    colors: &Colors,
    lead: Option<&Block>,
    medium: Medium,
) -> Result<Vec<Block>, ReportError> {
    let experiment = findings.experiment;
    let design = &experiment.design;
    // A section of the page may have the same name as an experiment.
    let anchor = format!("experiment-{}", design.name);
    let mut blocks =
        vec![Block::section(design.full_title(), &anchor), Block::list(&findings.sentences)];
    let mut folded = Vec::new();
    for (chart, picture) in charts::of(experiment, colors) {
        let figure = Block::figure(&*picture)?;
        match chart.is_in_results {
            _ if lead == Some(&figure) => {}
            true => blocks.push(figure),
            false => folded.push(figure),
        }
    }
    blocks.push(Block::Table(level_tables::of_findings(findings)));
    let quiet = |text: &String| Block::paragraph(Text::styled(Style::Quiet, text));
    blocks.extend(findings.power.iter().map(quiet));
    let (checked, warnings) = fairness(experiment);
    blocks.extend(warnings);
    folded.extend(base_settings(experiment).map(Block::paragraph));
    folded.extend(checked);
    folded.extend(level_tables::of_combinations(experiment).map(Block::Table));
    blocks.push(Block::Fold { summary: Text::from("More of this experiment"), blocks: folded });
    blocks.push(match medium {
        Medium::Browser => every_run(experiment)?,
        Medium::Paper => first_runs(experiment)?,
    });
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

/// The settings in which levels differ, and a warning of those that the experiment does not vary.
fn fairness(experiment: &Experiment) -> (Option<Block>, Vec<Block>) {
    let unmeant = Vec::from_iter(unmeant(experiment)).join(", ");
    let named: Vec<String> = experiment.design.fields().map(|field| field_name(field)).collect();
    let checked = unmeant.is_empty().then(|| {
        let checked = format!("Checked: runs of one seed differ in {} alone.", named.join(" and "));
        Block::paragraph(Text::styled(Style::Quiet, checked))
    });
    let unfair = (!unmeant.is_empty())
        .then(|| format!("Not a fair comparison: runs also differ in {unmeant}."));
    let cut = experiment.design.cut_to.map(|_| {
        "Cut short: with the epochs of its file, the levels would differ as the title says; with \
         fewer epochs they may not."
            .to_owned()
    });
    let has_crashed = experiment.levels.iter().any(|level| level.crashed() > 0);
    let crashed = has_crashed.then(|| "Some runs of this experiment have no result.".to_owned());
    let warnings = [unfair, cut, crashed].into_iter().flatten();
    (checked, warnings.map(|text| Block::paragraph(warning(text))).collect())
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
    let Some(first) = trials(experiment).next() else { return BTreeSet::new() };
    // Where any two runs differ, one differs from the first.
    let differences = |trial: &Completed| {
        let is_of_seed = |other: &&Completed| other.config.seed == trial.config.seed;
        let of_seed = trials(experiment).find(is_of_seed).unwrap_or(first);
        let settings = trial.config.differences(&of_seed.config).into_iter();
        let settings = settings.map(|(field, ..)| field).filter(|field| !design.means(field));
        let provenance = trial.provenance.differences(&first.provenance).into_iter();
        let provenance = provenance.filter(|(_, setting)| !is_varied(*setting));
        settings.chain(provenance.map(|(what, _)| what.to_owned())).collect::<Vec<_>>()
    };
    trials(experiment).flat_map(differences).collect()
}

/// The two curves of every run.
fn every_run(experiment: &Experiment) -> Result<Block, ReportError> {
    let mut blocks = Vec::new();
    for (level, charts) in experiment.levels.iter().zip(charts::of_all(experiment)) {
        blocks.push(Block::Heading(level.label.clone()));
        let without = level.trials.iter().filter(|trial| trial.history.last().is_none());
        blocks.extend(without.map(|trial| {
            let seed = trial.config.seed;
            let note = format!("seed {seed}: diverged in its first epoch, there is no curve");
            Block::paragraph(warning(note))
        }));
        let (losses, accuracies) = (charts.iter().map(|of| &of[0]), charts.iter().map(|of| &of[1]));
        let figures = losses.chain(accuracies).map(|chart| Block::figure(chart));
        blocks.push(Block::Grid(figures.collect::<Result<_, _>>()?));
    }
    Ok(Block::Fold { summary: curves_of("every run"), blocks })
}

/// The two curves of the first run of each level.
fn first_runs(experiment: &Experiment) -> Result<Block, ReportError> {
    let blocks = vec![Block::figure(&charts::of_levels(experiment))?];
    Ok(Block::Fold { summary: curves_of("the first run of each level"), blocks })
}

/// The caption of the curves of these runs.
fn curves_of(runs: &str) -> Text {
    Text::from(format!("Loss and accuracy of {runs}, each on one scale: "))
        .and(Style::Training, "● training")
        .and(Style::Plain, ", ")
        .and(Style::Validation, "■ validation")
}
