//! When a training is over.

use run::{History, RunConfig};

/// Whether there is no epoch left to train, or no gain to wait for any longer: a function of the history alone, so that a run
/// that goes on stops where it would have stopped.
pub fn is_over(config: &RunConfig, history: &History) -> bool {
    history.epochs().len() >= config.epochs || stops_early(config, history)
}

/// Whether the validation accuracy has not risen by the least gain for as many epochs as the patience lasts, as Keras'
/// `EarlyStopping` counts them (<https://keras.io/api/callbacks/early_stopping/>).
pub fn stops_early(config: &RunConfig, history: &History) -> bool {
    let Some(patience) = config.patience else { return false };
    let (mut best, mut waited) = (f64::NEG_INFINITY, 0);
    for epoch in history.epochs() {
        if epoch.valid.accuracy() - config.min_gain > best {
            (best, waited) = (epoch.valid.accuracy(), 0);
        } else {
            waited += 1;
        }
    }
    waited >= patience
}
