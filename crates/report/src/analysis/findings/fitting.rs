//! Overfitting, and the generalization gap.

use run::{Epoch, Keep};
use study::{
    Comparison, Completed,
    stats::{Estimate, Judged, judge, median},
};

use crate::{
    analysis::levels::Level,
    words::{decimal, few},
};

/// A rise or fall of a loss by this fraction is more than noise.
const CLEAR: f64 = 0.05;

/// The levels that overfit in most seeds; none where none does.
pub(super) fn overfitting(comparison: &Comparison) -> Option<String> {
    let over: Vec<String> =
        comparison.levels().iter().filter_map(|level| overfits(level)).collect();
    (!over.is_empty()).then(|| format!("Overfitting: {}.", few(&over)))
}

fn overfits(level: &Level) -> Option<String> {
    let rises: Vec<f64> = level.trials.iter().filter_map(rise).collect();
    let count = level.trials.len();
    (2 * rises.len() > count).then(|| {
        format!(
            "{} ({} of {count} seeds, the validation loss {} % above its lowest)",
            level.label,
            rises.len(),
            decimal(median(&rises).unwrap_or(0.0) * 100.0, 0)
        )
    })
}

/// The rise of the validation loss since its lowest, as a fraction, of a run that overfits: the
/// loss rose by more than 5 % while the training loss fell by more than 5 %. Where the training
/// loss did not fall, training is unstable. A run that keeps its best weights ends before that.
fn rise(trial: &Completed) -> Option<f64> {
    let epochs = trial.history.epochs();
    let lowest = epochs.iter().min_by(|a, b| a.valid.loss().total_cmp(&b.valid.loss()))?;
    let last = epochs.last()?;
    let loss = |epoch: &Epoch| epoch.valid.loss();
    let rises = loss(last) > loss(lowest) * (1.0 + CLEAR);
    let fits = last.fitted().loss() < lowest.fitted().loss() * (1.0 - CLEAR);
    (rises && fits && trial.config.keep == Keep::Last).then(|| loss(last) / loss(lowest) - 1.0)
}

/// The generalization gap, training accuracy less validation accuracy, of the kept weights. Its
/// error is that of the seeds and, since all seeds share them, that of the rows: the binomial
/// variance p (1 − p) / n of both accuracies. None where training rows were not evaluated.
pub(in crate::analysis) fn gap(level: &Level) -> Option<Judged> {
    let of = |trial: &Completed| {
        let kept = trial.kept()?;
        let (train, valid) = (kept.train_eval?.accuracy(), kept.valid.accuracy());
        let rows = trial.summary.valid_rows.max(1) as f64;
        let variance = |accuracy: f64| accuracy * (1.0 - accuracy) / rows;
        Some((train - valid, variance(train) + variance(valid)))
    };
    let each: Vec<(f64, f64)> = level.trials.iter().map(of).collect::<Option<_>>()?;
    let (gaps, variances): (Vec<f64>, Vec<f64>) = each.into_iter().unzip();
    let rows = variances.iter().sum::<f64>() / variances.len() as f64;
    let gap = Estimate::contrast(&[(1.0, &gaps[..])], level.floor())?.with_rows(rows);
    judge(&[gap]).first().copied().filter(|gap| gap.mean.is_finite())
}
