//! Which level reached an accuracy first.

use host::{text::duration, text::thousands};
use study::results::Reached;

use super::words::{list, percent, short_list};
use crate::analysis::{Experiment, Level};

/// The validation accuracies whose reaching is compared.
pub const MILESTONES: [f64; 3] = [0.90, 0.95, 0.97];

/// Of the highest milestone that any level reached: which level reached it in the least time, and
/// which with the fewest updates.
pub(super) fn fastest(experiment: &Experiment) -> Option<String> {
    let reached = |milestone: f64| {
        experiment
            .levels
            .iter()
            .filter_map(|level| Some((level, level.reached(milestone)?)))
            .collect::<Vec<_>>()
    };
    let milestones = MILESTONES.into_iter().rev().map(|milestone| (milestone, reached(milestone)));
    let Some((milestone, levels)) = milestones.into_iter().find(|(_, levels)| !levels.is_empty())
    else {
        return Some(format!(
            "No level reached {:.0} % validation accuracy with every seed.",
            MILESTONES[0] * 100.0
        ));
    };
    let (soonest, least) = first(&levels, |reached| reached.seconds)?;
    let (shortest, fewest) = first(&levels, |reached| reached.updates)?;
    let missing: Vec<String> = experiment
        .levels
        .iter()
        .filter(|level| levels.iter().all(|(other, _)| other.values != level.values))
        .map(|level| level.label.clone())
        .collect();
    let milestone = format!(
        "{} validation accuracy, at the end of an epoch with every seed,",
        percent(milestone).replace(".00", "")
    );
    let (soonest_list, updates) = (list(&soonest), thousands(fewest.updates));
    let cost = format!("{} and {:.1} epochs on average", duration(least.seconds), least.epochs);
    let mut sentence = match (levels.len(), shortest == soonest) {
        (1, _) => {
            format!("{milestone} was reached by {soonest_list} alone ({cost}, {updates} updates).")
        }
        (_, true) => format!(
            "{milestone} was reached in the least training time by {soonest_list} ({cost}) and \
             also with the fewest updates \
             ({updates})."
        ),
        (_, false) => format!(
            "{milestone} was reached in the least training time by {soonest_list} ({cost}) and \
             with the fewest updates by {} \
             ({updates}).",
            list(&shortest)
        ),
    };
    if !missing.is_empty() {
        sentence += &format!(" It was not reached with every seed by {}.", short_list(&missing));
    }
    Some(sentence)
}

/// The levels that needed least, all of them where several needed the same.
fn first(
    levels: &[(&Level, Reached)],
    cost: fn(&Reached) -> f64,
) -> Option<(Vec<String>, Reached)> {
    let (_, least) = levels.iter().min_by(|a, b| cost(&a.1).total_cmp(&cost(&b.1)))?;
    let is_first = |(_, reached): &&(&Level, Reached)| cost(reached) <= cost(least);
    Some((levels.iter().filter(is_first).map(|(level, _)| level.label.clone()).collect(), *least))
}
