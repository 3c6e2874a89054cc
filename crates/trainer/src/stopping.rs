//! When training ends.

use run::{History, RunConfig};

/// Whether all epochs are done, or the patience for a gain is exhausted. This depends only on the
/// history, so that a resumed run stops where it would have stopped.
pub fn is_over(config: &RunConfig, history: &History) -> bool {
    history.epochs().len() >= config.epochs || stops_early(config, history)
}

/// Far below the accuracy of a single row, far above the rounding of a difference.
const ROUNDING: f64 = 1e-12;

/// Whether the validation accuracy has not risen by the least gain for as many epochs as the
/// patience lasts, as Keras' `EarlyStopping` counts them
/// (<https://keras.io/api/callbacks/early_stopping/>); but a rise of exactly the least gain counts.
pub fn stops_early(config: &RunConfig, history: &History) -> bool {
    let Some(patience) = config.patience else { return false };
    let (mut best, mut waited) = (f64::NEG_INFINITY, 0);
    for epoch in history.epochs() {
        let rise = epoch.valid.accuracy() - best;
        if rise > 0.0 && rise + ROUNDING >= config.min_gain {
            (best, waited) = (epoch.valid.accuracy(), 0);
        } else {
            waited += 1;
        }
    }
    waited >= patience
}
