//! The causes that the runs show, of the optimizer that was used.

use run::{Keep, Optimizer};

use super::varying;
use crate::{
    analysis::{
        findings::Findings,
        levels::{Experiment, Level, trials},
    },
    words::{capitalized, few, labels},
};

pub(super) fn of(findings: &[Findings]) -> Vec<String> {
    let rates = varying(findings, &["learning_rate"], &[]).flat_map(learning_rate);
    let scaled = varying(findings, &["batch_size"], &["learning_rate"]).filter_map(in_proportion);
    rates.chain(scaled).chain(regularization(findings)).collect()
}

/// The optimizer of all runs; none if they differ.
fn optimizer(experiment: &Experiment) -> Option<Optimizer> {
    let first = trials(experiment).next()?.config.optimizer;
    trials(experiment).all(|trial| trial.config.optimizer == first).then_some(first)
}

fn learning_rate(findings: &Findings) -> Vec<String> {
    let levels = findings.comparison.levels();
    let Some(top) = levels.first() else { return Vec::new() };
    let rate =
        |level: &Level| level.trials.first().map_or(f64::NAN, |trial| trial.config.learning_rate);
    let is_clear =
        |place: &usize| findings.comparison.between(0, *place).is_some_and(|pair| pair.is_clear());
    let lower: Vec<&Level> =
        (1..levels.len()).filter(is_clear).map(|place| levels[place]).collect();
    let slow = lower.iter().filter(|level| rate(level) < rate(top) && level.still_improves());
    let slow = labels(slow);
    let of = optimizer(findings.experiment);
    let step = match of {
        Some(Optimizer::Sgd) => "a step of SGD is the rate times the gradient",
        Some(Optimizer::Adam | Optimizer::AdamW) => {
            "a step of Adam moves each weight by about the rate"
        }
        None => "smaller rates make smaller steps",
    };
    let slow = (!slow.is_empty()).then(|| {
        format!("{} still improved when training stopped: {step}.", capitalized(&few(&slow)))
    });
    let failed = |level: &&Level| !level.succeeded() && level.crashed() < level.planned;
    let lost = findings.experiment.levels.iter().filter(failed);
    let lost = labels(lost.filter(|level| rate(level) > rate(top)).collect::<Vec<_>>().iter());
    let large = (!lost.is_empty() && of == Some(Optimizer::Sgd)).then(|| {
        format!(
            "{} lost seeds: above 2/λ, for the largest curvature λ of the loss, steps of gradient \
             descent grow (LeCun et al. 1998, https://doi.org/10.1007/3-540-49430-8_2).",
            capitalized(&few(&lost))
        )
    });
    [slow, large].into_iter().flatten().collect()
}

/// The rule of learning rates in proportion, where no difference is clear.
fn in_proportion(findings: &Findings) -> Option<String> {
    let comparison = &findings.comparison;
    let is_flat = comparison.tests() > 0 && comparison.pairs().all(|(_, pair)| !pair.is_clear());
    let is_plain = trials(findings.experiment)
        .all(|trial| trial.config.optimizer == Optimizer::Sgd && trial.config.keep == Keep::Last);
    (is_flat && is_plain).then(|| {
        "Half as many steps, each twice as long, get equally far while the gradient changes little \
         (Goyal et al. 2017, https://arxiv.org/abs/1706.02677)."
            .to_owned()
    })
}

fn regularization(findings: &[Findings]) -> Vec<String> {
    let varies = |name: &str| {
        findings.iter().any(|one| {
            one.comparison.levels().len() > 1
                && one.experiment.design.factors.iter().any(|f| f == name)
        })
    };
    let told = [
        (
            "dropout",
            "Dropout is meant against overfitting (Srivastava et al. 2014, \
            https://jmlr.org/papers/v15/srivastava14a.html); the gaps show how much there was.",
        ),
        (
            "layer_norm",
            "Layer normalization is meant to make training faster (Ba et al. 2016, \
            https://arxiv.org/abs/1607.06450).",
        ),
    ];
    let told = told.into_iter().filter(|(name, _)| varies(name));
    told.map(|(_, sentence)| sentence.to_owned()).collect()
}
