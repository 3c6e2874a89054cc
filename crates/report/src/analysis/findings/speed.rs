//! The level that reached an accuracy with the fewest updates.

use host::text::thousands;
use study::{Comparison, results::Reached};

use crate::{
    analysis::levels::{Experiment, Level},
    words::{capitalized, decimal, few, labels, percent_to},
};

/// The validation accuracies whose first epochs are compared.
pub const MILESTONES: [f64; 3] = [0.90, 0.95, 0.97];

/// The compared level that reached the highest milestone with the fewest updates, with every seed.
pub(super) fn fastest(experiment: &Experiment, comparison: &Comparison) -> Option<String> {
    let levels = comparison.levels();
    // Nothing is sooner where the rows or the accuracy itself are chosen by the factor.
    let is_meant = |factor: &String| {
        !matches!(factor.as_str(), "epochs" | "keep" | "split_seed" | "patience" | "min_gain")
    };
    if levels.len() < 2 || !experiment.design.fields().all(is_meant) {
        return None;
    }
    let reached = |milestone: f64| {
        let reached = levels.iter().filter_map(|level| Some((*level, level.reached(milestone)?)));
        (milestone, reached.collect::<Vec<(&Level, Reached)>>())
    };
    let milestones = MILESTONES.into_iter().rev().map(reached);
    let (milestone, reached) = milestones.into_iter().find(|(_, reached)| !reached.is_empty())?;
    let least = reached.iter().map(|(_, reached)| reached.updates).reduce(f64::min)?;
    let first: Vec<_> = reached.iter().filter(|(_, reached)| reached.updates <= least).collect();
    if first.len() == levels.len() {
        return None;
    }
    let names = labels(first.iter().map(|(level, _)| level));
    let epochs: Vec<String> = first.iter().map(|(_, reached)| decimal(reached.epochs, 1)).collect();
    let epochs = match &epochs[..] {
        [one, rest @ ..] if rest.iter().all(|other| other == one) => format!(" ({one} epochs)"),
        _ => String::new(),
    };
    let rest = match reached.len() - first.len() {
        0 => "; no other compared level did",
        _ => ", fewer than any other compared level",
    };
    Some(format!(
        "{} reached {} with every seed after {} updates on average{epochs}{rest}.",
        capitalized(&few(&names)),
        percent_to(0, milestone),
        thousands(least)
    ))
}
