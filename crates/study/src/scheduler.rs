//! Decides which trials are run, and in which order.

use crate::{
    Executor, Observer, Trial,
    executor::{Crash, ExecutorError, Work},
};

/// Has the executor run the trials whose results are missing, and returns those that crashed.
///
/// # Errors
/// See [`Executor::execute`].
pub fn run(
    work: &Work<'_>,
    trials: Vec<Trial>,
    executor: &dyn Executor,
    observer: &dyn Observer,
) -> Result<Vec<Crash>, ExecutorError> {
    let (done, mut missing): (Vec<_>, Vec<_>) =
        trials.into_iter().partition(|trial| work.folder.is_done(&trial.name));
    observer.found(&done);
    // The longest first: then no long one is left alone at the end.
    missing.sort_by(|a, b| cost(b).total_cmp(&cost(a)));
    executor.execute(work, missing, observer)
}

/// How long a trial takes, in no particular unit: an epoch costs something a sample and something a
/// step.
pub fn cost(trial: &Trial) -> f64 {
    let samples = trial.config.limit.unwrap_or(60_000) as f64;
    let steps = samples / trial.config.batch_size as f64;
    trial.config.epochs as f64 * (samples + 16.0 * steps)
}
