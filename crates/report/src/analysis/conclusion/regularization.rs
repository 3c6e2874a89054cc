//! The effects of dropout and layer normalization on training and on the final accuracy.

use run::Epoch;
use study::stats::Difference;

use super::varying;
use crate::{
    analysis::{
        findings::{Findings, factors::against_first},
        levels::{Experiment, Level},
    },
    words::change,
};

pub(super) fn of(findings: &[Findings]) -> Vec<String> {
    let mut sentences = Vec::new();
    for order in [["dropout", "layer_norm"], ["layer_norm", "dropout"]] {
        for findings in varying(findings, &order, &[]) {
            let title = findings.experiment.design.full_title();
            let training = (0..2).flat_map(|factor| training(findings.experiment, factor));
            let parts = findings.effects.changes.iter().cloned().chain(training);
            sentences.extend(parts.map(|part| format!("{title}. {part}")));
        }
    }
    if !sentences.is_empty() {
        sentences.push(
            "Dropout trains a random part of the network at each step, so that units cannot rely \
             on one another; it is meant against overfitting (Srivastava et al. 2014, \
             https://jmlr.org/papers/v15/srivastava14a.html), and the generalization gaps show how \
             much overfitting there was. Layer normalization brings the summed inputs of \
             the units of a layer to one mean and variance, for each sample by itself, and then \
             scales and shifts them by learned factors; it is meant to make training faster (Ba et \
             al. 2016, https://arxiv.org/abs/1607.06450)."
                .to_owned(),
        );
    }
    sentences
}

/// The effects of a factor on the training accuracy and on the generalization gap.
fn training(experiment: &Experiment, factor: usize) -> Vec<String> {
    let what = "training accuracy and generalization gap";
    against_first(experiment, factor, what, |end, start| {
        let fit = of_both(end, start, |epoch| epoch.fitted().accuracy())?;
        let gap = of_both(end, start, |epoch| epoch.fitted().accuracy() - epoch.valid.accuracy())?;
        Some(format!("{} and {}", change(&fit), change(&gap)))
    })
}

/// The difference of a value between two levels that lost no seed and measured training rows
/// without dropout.
fn of_both(end: &Level, start: &Level, value: fn(&Epoch) -> f64) -> Option<Difference> {
    let is_measured = |level: &Level| {
        level.succeeded()
            && level
                .trials
                .iter()
                .all(|trial| trial.kept().is_some_and(|kept| kept.train_eval.is_some()))
    };
    (is_measured(end) && is_measured(start)).then(|| end.above(start, value)).flatten()
}
