//! Which levels overfit, and which have not finished learning.

use study::{Completed, stats::Difference};

use super::{
    means,
    words::{change, list, short_list, signed},
};
use crate::analysis::Level;

/// A rise of the validation loss by this part of its lowest value is more than its wobble.
const CLEAR_RISE: f64 = 0.05;
/// A fall of a loss by this part is more than its wobble: of the validation loss to a new low in
/// the last fifth of the epochs, it is still learning.
const CLEAR_FALL: f64 = 0.05;

/// What the losses of these levels say, on average over their seeds.
pub(super) fn of(levels: &[&Level]) -> Vec<String> {
    let labels = |what: fn(&Level) -> Option<String>| {
        levels.iter().filter_map(|level| what(level)).collect::<Vec<_>>()
    };
    let mut sentences = Vec::new();
    sentences.extend(gaps(levels));
    let over = labels(overfits);
    if !over.is_empty() {
        sentences.push(format!(
            "Overfitting, the mean validation loss ending at least 5 % above its lowest while the \
             training loss ends at least 5 % \
             below what it was then: {}.",
            list(&over)
        ));
    }
    let under = labels(still_learns);
    if !under.is_empty() {
        sentences.push(format!(
            "Not done learning, the mean validation loss falling by at least 5 % to a new low in \
             the last fifth of the epochs: {}.",
            short_list(&under)
        ));
    }
    sentences
}

/// Which level generalizes worst, and which one best.
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
         ({}) \
         and smallest with {other} ({}).",
        change(largest),
        change(smallest)
    ))
}

fn overfits(level: &Level) -> Option<String> {
    let (valid, train) =
        (means(level, |epoch| epoch.valid.loss()), means(level, |epoch| epoch.fitted().loss()));
    let (at, lowest) = valid.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1))?;
    let last = valid.last()?;
    // Where the training loss has not fallen meanwhile, training is unstable rather than too eager.
    let rises =
        *last > lowest * (1.0 + CLEAR_RISE) && *train.last()? < train[at] * (1.0 - CLEAR_FALL);
    rises.then(|| {
        format!(
            "{} (lowest {lowest:.3} in epoch {}, then {last:.3} at the end)",
            level.label,
            at + 1
        )
    })
}

/// The level, if its mean validation loss fell to a new low in the last fifth of the epochs,
/// rounded up to whole ones.
pub(in crate::analysis) fn still_learns(level: &Level) -> Option<String> {
    let valid = means(level, |epoch| epoch.valid.loss());
    let fifth = valid.len().div_ceil(5);
    let before = valid.len().checked_sub(1 + fifth)?;
    let (lowest, _) = valid.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1))?;
    let falls = *valid.last()? < valid[before] * (1.0 - CLEAR_FALL) && lowest > before;
    falls.then(|| level.label.clone())
}
