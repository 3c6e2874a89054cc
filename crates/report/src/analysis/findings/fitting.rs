//! Generalization gaps, overfitting, and levels that still improved at the end.

use study::{Completed, stats::Difference};

use super::means;
use crate::{
    analysis::levels::Level,
    words::{change, labels, list, short_list, signed},
};

/// A rise or fall of a loss by this fraction is more than noise.
const CLEAR: f64 = 0.05;

/// The sentences on generalization gaps, overfitting, and levels that still improved at the end, on
/// average over seeds.
pub(super) fn of(levels: &[&Level], still_improving: &[&Level]) -> Vec<String> {
    let mut sentences = Vec::new();
    sentences.extend(gaps(levels));
    let over: Vec<String> = levels.iter().filter_map(|level| overfits(level)).collect();
    if !over.is_empty() {
        sentences.push(format!(
            "Overfitting, the mean validation loss ending at least 5 % above its lowest while the \
             training loss ends at least 5 % below what it was then: {}.",
            list(&over)
        ));
    }
    if !still_improving.is_empty() {
        sentences.push(format!(
            "Still improving at the end: {}. Their mean validation loss fell by at least 5 % to a \
             new low in the last fifth of the epochs.",
            short_list(&labels(still_improving))
        ));
    }
    sentences
}

/// The levels with the largest and with the smallest generalization gap.
fn gaps(levels: &[&Level]) -> Option<String> {
    let gap = |level: &Level| {
        let of_seed = |trial: &Completed| {
            let kept = trial.kept()?;
            Some(kept.train_eval?.accuracy() - kept.valid.accuracy())
        };
        let gaps: Vec<f64> = level.trials.iter().map(of_seed).collect::<Option<_>>()?;
        Some((Difference::of_values(&gaps)?, level.label.clone()))
    };
    let mut gaps: Vec<(Difference, String)> =
        levels.iter().map(|level| gap(level)).collect::<Option<_>>()?;
    gaps.sort_by(|a, b| b.0.mean.total_cmp(&a.0.mean));
    let [(largest, one), .., (smallest, other)] = &gaps[..] else { return None };
    if signed(largest.mean) == signed(smallest.mean) {
        return Some(format!(
            "The generalization gap, training accuracy less validation accuracy, is {} points at \
             every level compared.",
            signed(largest.mean)
        ));
    }
    Some(format!(
        "The generalization gap, training accuracy less validation accuracy, is largest with {one} \
         ({}) and smallest with {other} ({}).",
        change(largest),
        change(smallest)
    ))
}

fn overfits(level: &Level) -> Option<String> {
    let (valid, train) =
        (means(level, |epoch| epoch.valid.loss()), means(level, |epoch| epoch.fitted().loss()));
    let (at, lowest) = valid.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1))?;
    let last = valid.last()?;
    // Where the training loss did not fall meanwhile, training is unstable; it does not overfit.
    let rises = *last > lowest * (1.0 + CLEAR) && *train.last()? < train[at] * (1.0 - CLEAR);
    rises.then(|| {
        format!(
            "{} (lowest {lowest:.3} in epoch {}, then {last:.3} at the end)",
            level.label,
            at + 1
        )
    })
}

/// The levels whose mean validation loss fell to a new low in the last fifth of the epochs, rounded
/// up to whole ones.
pub(super) fn still_improving<'a>(levels: &[&'a Level]) -> Vec<&'a Level> {
    levels.iter().copied().filter(|level| still_improves(level).unwrap_or(false)).collect()
}

fn still_improves(level: &Level) -> Option<bool> {
    let valid = means(level, |epoch| epoch.valid.loss());
    let fifth = valid.len().div_ceil(5);
    let before = valid.len().checked_sub(1 + fifth)?;
    let (lowest, _) = valid.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1))?;
    Some(*valid.last()? < valid[before] * (1.0 - CLEAR) && lowest > before)
}
