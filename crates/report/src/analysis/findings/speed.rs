//! The level that reached an accuracy first.

use host::text::{duration, thousands};
use study::results::Reached;

use crate::{
    analysis::levels::{Experiment, Level},
    words::{labels, list, percent_to, short_list},
};

/// The validation accuracies whose first epochs are compared.
pub const MILESTONES: [f64; 3] = [0.90, 0.95, 0.97];

/// The level that reached the highest milestone in the least time, and the one that reached it with
/// the fewest updates. The milestone is the highest that any level reached.
pub(super) fn fastest(experiment: &Experiment) -> Option<String> {
    let reached = |milestone: f64| {
        let reached = |level| Some((level, Level::reached(level, milestone)?));
        experiment.levels.iter().filter_map(reached).collect::<Vec<_>>()
    };
    let milestones = MILESTONES.into_iter().rev().map(|milestone| (milestone, reached(milestone)));
    let Some((milestone, levels)) = milestones.into_iter().find(|(_, levels)| !levels.is_empty())
    else {
        let lowest = percent_to(0, MILESTONES[0]);
        return Some(format!("No level reached {lowest} validation accuracy with every seed."));
    };
    let (soonest, least) = first(&levels, |reached| reached.seconds)?;
    let (shortest, fewest) = first(&levels, |reached| reached.updates)?;
    let (soonest_list, updates) = (list(&soonest), thousands(fewest.updates));
    let cost = format!("{} and {:.1} epochs on average", duration(least.seconds), least.epochs);
    let first = match (levels.len(), shortest == soonest) {
        (1, _) => format!("by {soonest_list} alone ({cost}, {updates} updates)"),
        (_, true) => format!(
            "in the least training time by {soonest_list} ({cost}) and also with the fewest \
             updates ({updates})"
        ),
        (_, false) => format!(
            "in the least training time by {soonest_list} ({cost}) and with the fewest updates by \
             {} ({updates})",
            list(&shortest)
        ),
    };
    let mut sentence = format!(
        "{} validation accuracy, at the end of an epoch with every seed, was reached {first}.",
        percent_to(0, milestone)
    );
    let is_missing = |level: &&Level| levels.iter().all(|(other, _)| other.values != level.values);
    let missing: Vec<&Level> = experiment.levels.iter().filter(is_missing).collect();
    if !missing.is_empty() {
        let missing = short_list(&labels(&missing));
        sentence += &format!(" It was not reached with every seed by {missing}.");
    }
    Some(sentence)
}

/// The levels with the least cost, all of them where several have the same.
fn first(
    levels: &[(&Level, Reached)],
    cost: fn(&Reached) -> f64,
) -> Option<(Vec<String>, Reached)> {
    let (_, least) = levels.iter().min_by(|a, b| cost(&a.1).total_cmp(&cost(&b.1)))?;
    let is_first = |(_, reached): &&(&Level, Reached)| cost(reached) <= cost(least);
    let names = labels(levels.iter().filter(is_first).map(|(level, _)| level));
    Some((names, *least))
}
