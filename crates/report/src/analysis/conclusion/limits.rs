//! The limits of a study.

use run::Run;
use study::{Completed, Results};

use super::choice;
use crate::analysis::findings::Findings;

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
            "All runs share one split: how differences come out on other rows is not tested."
                .to_owned(),
        );
    }
    sentences.extend(choice::agreement(findings));
    let tested = findings.iter().filter(|one| one.comparison.detectable().is_some()).count();
    if tested > 1 {
        sentences.push(format!(
            "At most 1 of 20 experiments calls a difference clear by chance; each of the {tested} \
             is its own family."
        ));
    }
    sentences
}

/// What decides which rows a trial trains on, and which it validates on.
fn split(trial: &Completed) -> impl PartialEq + use<> {
    let Run { config, provenance, .. } = &trial.run;
    let data = (config.data.clone(), provenance.data_sha256.clone(), config.read_options());
    (data, config.limit, config.valid_fraction.to_bits(), config.split_seed)
}

/// The value that all trials share, if they do.
fn shared<T: PartialEq>(trials: &[&Completed], value: impl Fn(&Completed) -> T) -> Option<T> {
    let first = value(trials.first()?);
    trials.iter().all(|trial| value(trial) == first).then_some(first)
}
