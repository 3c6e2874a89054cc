//! The effect of the learning rate.

use super::{range, varying};
use crate::{
    analysis::{findings::Findings, levels::Level},
    words::{labels, list},
};

pub(super) fn of(findings: &[Findings]) -> Vec<String> {
    varying(findings, &["learning_rate"], &[]).flat_map(about).collect()
}

fn about(findings: &Findings) -> Vec<String> {
    let levels = findings.comparison.levels();
    let Some(top) = levels.first() else { return Vec::new() };
    let is_clearly_below =
        |place: &usize| findings.comparison.between(0, *place).is_some_and(|pair| pair.is_clear);
    let clearly_below = (1..levels.len()).filter(is_clearly_below).map(|place| levels[place]);
    let (smaller, larger): (Vec<&Level>, Vec<&Level>) =
        clearly_below.partition(|level| rate(level) < rate(top));
    let sentences =
        [range(findings), too_small(findings, top, &smaller), too_large(findings, top, &larger)];
    sentences.into_iter().flatten().collect()
}

/// The smaller rates, clearly below the best, that still improved at the end.
fn too_small(findings: &Findings, top: &Level, smaller: &[&Level]) -> Option<String> {
    let still_improves = |level: &&&Level| {
        findings.still_improving.iter().any(|improving| improving.values == level.values)
    };
    let slow = labels(smaller.iter().filter(still_improves));
    (!slow.is_empty()).then(|| {
        format!(
            "Too small: {} ended clearly below {} and had not done learning. A step moves the \
             weights by the learning rate times the gradient (Robbins and Monro 1951, \
             https://doi.org/10.1214/aoms/1177729586), so small rates need more steps to get as \
             far; they were not there yet when the epochs ended.",
            list(&slow),
            top.label
        )
    })
}

/// The larger rates that ended clearly below the best, or lost seeds.
fn too_large(findings: &Findings, top: &Level, larger: &[&Level]) -> Option<String> {
    let levels = findings.experiment.levels.iter();
    let lost: Vec<&Level> =
        levels.filter(|level| is_unstable(level) && rate(level) > rate(top)).collect();
    let parts = [
        (labels(larger), format!("ended clearly below {}", top.label)),
        (labels(&lost), "lost seeds".to_owned()),
    ];
    let parts = parts.into_iter().filter(|(levels, _)| !levels.is_empty());
    let parts: Vec<String> =
        parts.map(|(levels, how)| format!("{} {how}", list(&levels))).collect();
    (!parts.is_empty()).then(|| {
        format!(
            "Too large: {}. On a quadratic loss whose largest curvature is λ, steps of gradient \
             descent grow instead of shrinking above a learning rate of 2/λ (LeCun et al. 1998, \
             Efficient BackProp, https://doi.org/10.1007/3-540-49430-8_2); the curvature of this \
             loss was not measured.",
            parts.join("; ")
        )
    })
}

fn rate(level: &Level) -> f64 {
    level.trials.first().map_or(f64::NAN, |trial| trial.config.learning_rate)
}

/// Whether a seed diverged or ended near chance; a seed without a result does not count.
fn is_unstable(level: &Level) -> bool {
    !level.diverged().is_empty() || !level.collapsed().is_empty()
}
