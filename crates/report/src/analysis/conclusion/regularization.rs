//! What dropout and layer normalization did to training and to the final accuracy.

use run::{Epoch, config::value_name};
use study::{Comparison, FactorValue, Results, stats::Difference};

use super::experiments;
use crate::analysis::{
    Experiment, Level,
    insights::{
        factors,
        words::{change, list},
    },
};

pub(super) fn of(results: &Results) -> Vec<String> {
    let mut sentences = Vec::new();
    for order in [["dropout", "layer_norm"], ["layer_norm", "dropout"]] {
        for experiment in experiments(results, &order, &[]) {
            let comparison = Comparison::of(experiment);
            let title = experiment.design.full_title();
            let told = (0..2).flat_map(|factor| factors::effects(experiment, &comparison, factor));
            sentences.extend(told.chain(factors::interaction(experiment)).map(|told| format!("{title}: {told}")));
            sentences.extend((0..2).filter_map(|factor| training(experiment, factor)));
        }
    }
    if !sentences.is_empty() {
        sentences.push(
            "Dropout trains a random part of the network at each step, so that units cannot rely on one another, which makes fitting \
             the training rows harder and is worth it where a network overfits (Srivastava et al. 2014, \
             https://jmlr.org/papers/v15/srivastava14a.html). Layer normalization gives the inputs of each hidden layer the same \
             mean and spread for every sample, which keeps gradients in scale and makes learning faster (Ba et al. 2016, \
             https://arxiv.org/abs/1607.06450)."
                .to_owned(),
        );
    }
    sentences
}

/// What going from the first to the last value of a factor does to the training accuracy and to the generalization gap.
fn training(experiment: &Experiment, factor: usize) -> Option<String> {
    let design = &experiment.design;
    let (values, others) = (experiment.values(factor), experiment.values(1 - factor));
    let [first, .., last] = &values[..] else { return None };
    let changes = |other: &FactorValue| {
        let (end, start) =
            (factors::at(experiment, factor, last, other)?, factors::at(experiment, factor, first, other)?);
        let fit = |epoch: &Epoch| epoch.fitted().accuracy();
        let gap = |epoch: &Epoch| epoch.fitted().accuracy() - epoch.valid.accuracy();
        Some(format!(
            "{} and {} at {}",
            change(&of_both(end, start, fit)?),
            change(&of_both(end, start, gap)?),
            design.in_words(1 - factor, other)
        ))
    };
    let told: Vec<String> = others.iter().filter_map(changes).collect();
    (!told.is_empty()).then(|| {
        format!(
            "From {} to {}, training accuracy and generalization gap change by {}; whether that is chance was not tested.",
            design.in_words(factor, first),
            value_name(last.value),
            list(&told)
        )
    })
}

/// How much a number of the last epoch differs, of levels that lost no seed and measured training rows as validation rows.
fn of_both(end: &Level, start: &Level, value: fn(&Epoch) -> f64) -> Option<Difference> {
    let is_measured = |level: &Level| {
        level.succeeded()
            && level.trials.iter().all(|trial| trial.history.last().is_some_and(|last| last.fit.is_some()))
    };
    (is_measured(end) && is_measured(start)).then(|| end.above(start, value)).flatten()
}
