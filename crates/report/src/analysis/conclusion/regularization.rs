//! What dropout and layer normalization did to training and to the final accuracy.

use run::Epoch;
use study::{Comparison, FactorValue, Results, stats::Difference};

use super::experiments;
use crate::analysis::{
    Experiment, Level,
    insights::{factors, words::change},
};

pub(super) fn of(results: &Results) -> Vec<String> {
    let mut sentences = Vec::new();
    for order in [["dropout", "layer_norm"], ["layer_norm", "dropout"]] {
        for experiment in experiments(results, &order, &[]) {
            let comparison = Comparison::of(experiment);
            let title = experiment.design.full_title();
            let told = (0..2).flat_map(|factor| factors::effects(experiment, &comparison, factor));
            sentences.extend(
                told.chain(factors::interaction(experiment)).map(|told| format!("{title}. {told}")),
            );
            sentences.extend(
                (0..2)
                    .flat_map(|factor| training(experiment, factor))
                    .map(|told| format!("{title}. {told}")),
            );
        }
    }
    if !sentences.is_empty() {
        sentences.push(
            "Dropout trains a random part of the network at each step, so that units cannot rely \
             on one another; it is meant against \
             overfitting (Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html), \
             and how much of that there was to \
             prevent, the generalization gaps say. Layer normalization brings the summed inputs of \
             the units of a layer to one mean \
             and variance, for each sample by itself, and then scales and shifts them by learned \
             factors; it is meant to make training \
             faster (Ba et al. 2016, https://arxiv.org/abs/1607.06450)."
                .to_owned(),
        );
    }
    sentences
}

/// What each value of a factor does, against its first one, to the training accuracy and to the
/// generalization gap.
fn training(experiment: &Experiment, factor: usize) -> Vec<String> {
    let design = &experiment.design;
    let (values, others) = (experiment.values(factor), experiment.values(1 - factor));
    let Some((first, rest)) = values.split_first() else { return Vec::new() };
    let changes = |value: &FactorValue, other: &FactorValue| {
        let (end, start) = (
            factors::at(experiment, factor, value, other)?,
            factors::at(experiment, factor, first, other)?,
        );
        let fit = |epoch: &Epoch| epoch.fitted().accuracy();
        let gap = |epoch: &Epoch| epoch.fitted().accuracy() - epoch.valid.accuracy();
        Some(format!(
            "{} and {} at {}",
            change(&of_both(end, start, fit)?),
            change(&of_both(end, start, gap)?),
            design.in_words(1 - factor, other)
        ))
    };
    let sentence = |value: &FactorValue| {
        let told: Vec<String> = others.iter().filter_map(|other| changes(value, other)).collect();
        let (first, value) = (design.in_words(factor, first), design.in_words(factor, value));
        (!told.is_empty()).then(|| {
            format!(
                "Against {first}, {value} changes training accuracy and generalization gap by: {}.",
                told.join("; ")
            )
        })
    };
    rest.iter().filter_map(sentence).collect()
}

/// How much a number of the epoch that is kept differs, of levels that lost no seed and measured
/// training rows as validation rows.
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
