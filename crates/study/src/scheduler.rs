//! Decides which trials run, and in which order.

use crate::{Crash, Executor, ExecutorError, Monitor, Trial, Work};

/// Runs the trials without a result on the executor, and returns the crashed ones.
///
/// # Errors
/// See [`Executor::execute`].
pub fn run(
    work: &Work<'_>,
    trials: Vec<Trial>,
    executor: &dyn Executor,
    monitor: &dyn Monitor,
) -> Result<Vec<Crash>, ExecutorError> {
    let (done, mut missing): (Vec<_>, Vec<_>) =
        trials.into_iter().partition(|trial| work.folder.is_done(&trial.name));
    monitor.found(&done);
    // One seed of every level, then the next: levels share the drift of the machine, and a study
    // can be read while it runs. Of a seed, the longest first: no long one is left for the end.
    missing.sort_by(|a, b| {
        let by_seed = a.config.seed.cmp(&b.config.seed);
        by_seed.then(cost(b).total_cmp(&cost(a)))
    });
    executor.execute(work, missing, monitor)
}

/// The expected time of a trial, in no particular unit: each epoch costs time per sample and per
/// step.
pub fn cost(trial: &Trial) -> f64 {
    let samples = trial.config.limit.unwrap_or(60_000) as f64;
    let steps = samples / trial.config.batch_size as f64;
    trial.config.epochs as f64 * (samples + 16.0 * steps)
}
