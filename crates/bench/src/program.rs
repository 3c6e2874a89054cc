//! What can be measured.

use run::RunConfig;
use serde::Deserialize;

use crate::BenchError;

/// Something that trains networks.
pub trait Program {
    /// What it is called: `flex`, `PyTorch`.
    fn name(&self) -> &str;

    /// What it is, and which version of it.
    fn version(&self) -> String;

    /// Trains this network, measures it on the validation rows after each epoch, and on the test
    /// rows at the end.
    ///
    /// # Errors
    /// It failed.
    fn train(&mut self, config: &RunConfig) -> Result<Trained, BenchError>;
}

/// What came of a training.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Trained {
    /// Seconds of each epoch: its shuffle, its steps, and its training loss and accuracy, but not
    /// its validation.
    pub seconds: Vec<f64>,
    /// After the last epoch.
    pub valid_accuracy: f64,
    /// At the end.
    pub test_accuracy: f64,
    /// The most memory that the program has taken so far, in bytes, where that is known.
    #[serde(skip)]
    pub peak_memory: Option<u64>,
}
