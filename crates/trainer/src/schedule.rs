//! The learning rate, step by step.

use run::RunConfig;

/// The learning rate of every step of a run: a function of the place in the run alone, so that a run that goes on needs to
/// remember nothing of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    base: f64,
}

impl Schedule {
    /// The schedule that a config describes.
    pub fn of(config: &RunConfig) -> Self {
        Self { base: config.learning_rate }
    }

    /// The learning rate of this step of this epoch: the epoch from 1, the step from 0.
    pub fn learning_rate(&self, _epoch: usize, _step: usize) -> f64 {
        self.base
    }
}
