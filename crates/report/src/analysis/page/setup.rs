//! The setup of a study: what all its runs have in common.

use std::collections::BTreeSet;

use host::text::thousands;
use study::Completed;

use crate::document::{Block, Cell, Look, Table};

/// The section: a table of the settings and machines that all runs share.
pub(super) fn section(trials: &[&Completed]) -> [Block; 2] {
    let common = |value: fn(&Completed) -> String| {
        let values: BTreeSet<String> = trials.iter().map(|trial| value(trial)).collect();
        match values.first() {
            Some(value) if values.len() == 1 => value.clone(),
            _ => format!("{} different values, see the experiments", values.len()),
        }
    };
    let rows = [
        ("Data", common(data)),
        ("Images", common(images)),
        ("Split", common(split)),
        ("Network", common(network)),
        ("Parameters", common(parameters)),
        ("Training", common(training)),
        ("Runs", format!("{} runs, each from fresh weights in a process of its own", trials.len())),
        ("Device", common(device)),
        ("Threads", common(|trial| format!("{} a run", trial.config.threads))),
        ("Burn", common(|trial| trial.provenance.burn.clone())),
        ("Compiler", common(|trial| trial.provenance.rustc.clone())),
        ("Sources", common(|trial| trial.provenance.git_revision.clone())),
    ];
    let row = |(name, value)| Cell::row(name, [value]);
    let body = rows.into_iter().map(row).collect();
    [
        Block::section("Setup", "setup"),
        Block::Table(Table { body, look: Look::Facts, ..Table::default() }),
    ]
}

fn data(trial: &Completed) -> String {
    format!("{} (SHA-256 {})", trial.config.data.display(), trial.provenance.data_sha256)
}

fn device(trial: &Completed) -> String {
    format!("{} ({})", trial.provenance.device, trial.config.backend)
}

fn training(trial: &Completed) -> String {
    let optimizer = trial.config.optimizer.title();
    let momentum = if trial.config.momentum > 0.0 { " with momentum" } else { "" };
    format!(
        "{optimizer}{momentum}, cross-entropy; what an experiment does not vary is as in its file"
    )
}

fn images(trial: &Completed) -> String {
    let (summary, most) = (&trial.summary, trial.config.pixel_max);
    format!(
        "{} pixels, each from 0 to {most}; {} classes, labels {}",
        summary.image,
        summary.classes,
        summary.labels()
    )
}

fn split(trial: &Completed) -> String {
    format!(
        "{} training and {} validation rows, stratified by class, drawn from split seed {}",
        thousands(trial.summary.train_rows as f64),
        thousands(trial.summary.valid_rows as f64),
        trial.config.split_seed
    )
}

fn network(trial: &Completed) -> String {
    trial.summary.network.clone().unwrap_or_else(|| "not recorded".to_owned())
}

fn parameters(trial: &Completed) -> String {
    thousands(trial.summary.parameters as f64)
}
