//! The limits of a study.

use std::collections::BTreeSet;

use run::Run;
use study::{Completed, Results};

use crate::{
    analysis::{findings::Findings, levels::Level},
    words::{same, seeds},
};

pub(super) fn of(results: &Results, findings: &[Findings]) -> Vec<String> {
    let trials = results.completed();
    if trials.is_empty() {
        return Vec::new();
    }
    let mut sentences = Vec::new();
    // Older runs do not record it.
    let network = shared(&trials, |trial| {
        let layers = trial.summary.network.as_ref()?;
        Some(format!("the {} {layers}", trial.config.network.title()))
    })
    .flatten();
    let data = shared(&trials, |trial| trial.config.data.display().to_string());
    if let (Some(network), Some(data)) = (network, data) {
        sentences.push(format!(
            "It covers one network, {network}, on {data}; others may need other settings."
        ));
    }
    if shared(&trials, split).is_some() {
        sentences.push(
            "All runs share one split into training and validation rows. Differences of levels are \
             measured on it; how they would come out on other rows is not tested."
                .to_owned(),
        );
    }
    let levels = results.experiments.iter().flat_map(|experiment| &experiment.levels);
    sentences.push(format!(
        "With {} per level, small differences remain unknown: levels without a clear difference \
         are not therefore the same; only those are that a test of its own finds within {}.",
        seeds(levels.map(|level| level.planned).max().unwrap_or(0)),
        same()
    ));
    sentences.extend(unfinished(findings));
    sentences.push(
        "Each experiment varies one or two settings around fixed others; what was best there need \
         not be best elsewhere. The best level was chosen by the accuracy that it is reported \
         with, which flatters it a little; the test accuracy took no part in the choice."
            .to_owned(),
    );
    sentences
}

/// What decides which rows a trial trains on, and which it validates on.
fn split(trial: &Completed) -> impl PartialEq + use<> {
    let Run { config, provenance, .. } = &trial.run;
    let data = (config.data.clone(), provenance.data_sha256.clone(), config.read_options());
    (data, config.limit, config.valid_fraction, config.split_seed)
}

/// The value that all trials share, if they do.
fn shared<T: PartialEq>(trials: &[&Completed], value: impl Fn(&Completed) -> T) -> Option<T> {
    let first = value(trials.first()?);
    trials.iter().all(|trial| value(trial) == first).then_some(first)
}

/// The number of levels that still improved at the end.
fn unfinished(findings: &[Findings]) -> Option<String> {
    let compared = distinct(findings.iter().flat_map(|one| one.comparison.levels()));
    let improving = distinct(findings.iter().flat_map(|one| &one.still_improving));
    (improving > 0).then(|| {
        format!(
            "The epochs are fixed. Of {compared} different levels that lost no seed, {improving} \
             had not done learning: with more epochs, levels may come out in another order."
        )
    })
}

/// The number of different levels: experiments share levels, and a level is its trials.
fn distinct<'a>(levels: impl Iterator<Item = &'a &'a Level>) -> usize {
    let names = levels.map(|level| level.trials.iter().map(|trial| &trial.name).collect());
    names.collect::<BTreeSet<Vec<_>>>().len()
}
