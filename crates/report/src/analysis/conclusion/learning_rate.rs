//! The effect of the learning rate.

use super::varying;
use crate::{
    analysis::{findings::Findings, levels::Level},
    words::{labels, list},
};

pub(super) fn of(findings: &[Findings]) -> Vec<String> {
    varying(findings, &["learning_rate"], &[]).flat_map(about).collect()
}

fn about(findings: &Findings) -> Vec<String> {
    let mut sentences: Vec<String> = super::range(findings).into_iter().collect();
    let levels = findings.comparison.levels();
    let Some(top) = levels.first() else { return sentences };
    let is_clearly_below =
        |place: &usize| findings.comparison.between(0, *place).is_some_and(|pair| pair.is_clear);
    let clearly_below: Vec<&Level> =
        (1..levels.len()).filter(is_clearly_below).map(|place| levels[place]).collect();
    let (smaller, larger): (Vec<&Level>, Vec<&Level>) =
        clearly_below.into_iter().partition(|level| rate(level) < rate(top));

    let still_learns = |level: &&Level| {
        findings.still_learning.iter().any(|learning| learning.values == level.values)
    };
    let slow: Vec<&Level> = smaller.into_iter().filter(still_learns).collect();
    if !slow.is_empty() {
        sentences.push(format!(
            "Too small: {} ended clearly below {} and had not done learning. A step moves the \
             weights by the learning rate times the gradient (Robbins and Monro 1951, \
             https://doi.org/10.1214/aoms/1177729586), so small rates need more steps to get as \
             far; they were not there yet when the epochs ended.",
            list(&labels(&slow)),
            top.label
        ));
    }
    let lost: Vec<&Level> = findings
        .experiment
        .levels
        .iter()
        .filter(|level| is_unstable(level) && rate(level) > rate(top))
        .collect();
    let told =
        [(larger, format!("ended clearly below {}", top.label)), (lost, "lost seeds".to_owned())];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(levels, _)| !levels.is_empty())
        .map(|(levels, how)| format!("{} {how}", list(&labels(&levels))))
        .collect();
    if !told.is_empty() {
        sentences.push(format!(
            "Too large: {}. On a quadratic loss whose largest curvature is λ, steps of gradient \
             descent grow instead of shrinking above a learning rate of 2/λ (LeCun et al. 1998, \
             Efficient BackProp, https://doi.org/10.1007/3-540-49430-8_2); the curvature of this \
             loss was not measured.",
            told.join("; ")
        ));
    }
    sentences
}

fn rate(level: &Level) -> f64 {
    level.trials.first().map_or(f64::NAN, |trial| trial.config.learning_rate)
}

/// Whether a seed diverged or ended near chance; a seed without a result does not count.
fn is_unstable(level: &Level) -> bool {
    !level.diverged().is_empty() || !level.collapsed().is_empty()
}
