//! Lost seeds: those that diverged, collapsed, never learned, or have no result. A level that lost
//! a seed is not compared.

use crate::{
    analysis::levels::Experiment,
    words::{few, lost},
};

/// The lost seeds by level; none if no seed was lost.
pub(super) fn of(experiment: &Experiment) -> Option<String> {
    let lost = experiment
        .levels
        .iter()
        .filter(|level| !level.losses().is_empty())
        .map(|level| format!("{} ({})", level.label, lost(level).join("; ")));
    let lost: Vec<String> = lost.collect();
    (!lost.is_empty()).then(|| format!("Not compared, because seeds were lost: {}.", few(&lost)))
}
