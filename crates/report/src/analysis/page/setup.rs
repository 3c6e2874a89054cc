//! The setup of a study: what all its runs have in common.

use std::collections::BTreeSet;

use host::text::{counted, thousands};
use run::{Run, Summary};
use study::Completed;

use crate::document::{Block, Cell, Look, Table, Text};

/// The settings and machines that all runs share, to unfold.
pub(super) fn section(trials: &[&Completed]) -> Block {
    let common = |name: &str, value: fn(&Run<Summary>) -> String| {
        let values: BTreeSet<String> = trials.iter().map(|trial| value(&trial.run)).collect();
        let different = format!("{} different values, see the experiments", values.len());
        Cell::row(name, values.into_iter().reduce(|_, _| different.clone()))
    };
    let runs = counted(trials.len(), "run");
    let runs = format!("{runs}, each from fresh weights in a process of its own");
    let body = vec![
        common("Data", |Run { config, provenance, .. }| {
            format!("{} (SHA-256 {})", config.data.display(), provenance.data_sha256)
        }),
        common("Images", |Run { config, summary, .. }| {
            let (size, classes, most) = (summary.image, &summary.classes, config.pixel_max);
            let count = classes.count();
            format!("{size} pixels, each from 0 to {most}; {count} classes, labels {classes}")
        }),
        common("Split", |Run { config, summary, .. }| {
            let rows = |count: usize| thousands(count as f64);
            format!(
                "{} training and {} validation rows, stratified by class, drawn from split seed {}",
                rows(summary.train_rows),
                rows(summary.valid_rows),
                config.split_seed
            )
        }),
        common("Network", |Run { config, summary, .. }| {
            let layers = summary.network.as_deref().unwrap_or("layers not recorded");
            format!("{}, {layers}", config.network.title())
        }),
        common("Parameters", |run| thousands(run.summary.parameters as f64)),
        common("Training", |Run { config, .. }| {
            format!(
                "{}{}, cross-entropy; what an experiment does not vary is as in its file",
                config.optimizer.title(),
                if config.momentum > 0.0 { " with momentum" } else { "" }
            )
        }),
        Cell::row("Runs", [runs]),
        common("Device", |run| format!("{} ({})", run.provenance.device, run.config.backend)),
        common("Threads", |run| format!("{} a run", run.config.threads)),
        common("Burn", |run| run.provenance.burn.clone()),
        common("Compiler", |run| run.provenance.rustc.clone()),
        common("Sources", |run| run.provenance.git_revision.clone()),
    ];
    let table = Table { body, look: Look::Facts, ..Table::default() };
    Block::Fold { summary: Text::from("Setup"), blocks: vec![Block::Table(table)] }
}
