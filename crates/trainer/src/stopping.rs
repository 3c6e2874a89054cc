//! When a training is over.

use run::{History, RunConfig};

/// Whether there is no epoch left to train.
pub fn is_over(config: &RunConfig, history: &History) -> bool {
    history.epochs().len() >= config.epochs
}
