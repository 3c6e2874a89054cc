//! `summary.json`: how a run ended.

use data::{Classes, ImageSize};
use serde::{Deserialize, Serialize};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// All epochs are done.
    Finished,
    /// It was asked to stop, and can be resumed.
    Interrupted,
    /// The loss of a step was not a finite number.
    Diverged {
        /// The epoch of that step, from 1.
        epoch: usize,
        /// The step within the epoch, from 1.
        step: usize,
    },
}

/// The outcome of a run. Accuracies are fractions from 0 to 1, losses mean cross-entropies in nats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Epochs done.
    pub epochs: usize,
    /// The epoch with the highest validation accuracy.
    pub best_epoch: Option<usize>,
    /// Validation accuracy of that epoch.
    pub best_valid_accuracy: Option<f64>,
    /// The epoch whose weights were tested and are in `model.safetensors`, if the run finished.
    /// Older runs do not record it: it was the last.
    #[serde(default)]
    pub kept_epoch: Option<usize>,
    /// Validation loss after the last epoch.
    pub final_valid_loss: Option<f64>,
    /// Validation accuracy after the last epoch.
    pub final_valid_accuracy: Option<f64>,
    /// Loss of the kept weights on the test set, if the run finished and has one.
    pub test_loss: Option<f64>,
    /// Accuracy of the kept weights on the test set, if the run finished and has one.
    pub test_accuracy: Option<f64>,
    /// Rows trained on.
    pub train_rows: usize,
    /// Rows validated on.
    pub valid_rows: usize,
    /// Width and height of the images.
    #[serde(default = "of_mnist::image")]
    pub image: ImageSize,
    /// How many classes there are.
    #[serde(default = "of_mnist::classes")]
    pub classes: usize,
    /// The label of the first of them, 0 or 1; the others follow without gaps.
    #[serde(default)]
    pub first_label: u16,
    /// The sizes of the network's layers: `784-256-128-10`. Older runs do not record them.
    #[serde(default)]
    pub network: Option<String>,
    /// Weights, biases, scales and shifts of the network.
    pub parameters: usize,
    /// Seconds spent in training, all epochs, validation not counted.
    pub train_seconds: f64,
}

impl Summary {
    /// The labels that images have.
    pub fn labels(&self) -> Classes {
        Classes::new(self.first_label, self.classes)
    }
}

/// What older runs, which knew only MNIST, do not record.
mod of_mnist {
    use data::{Classes, ImageSize};

    pub(super) fn image() -> ImageSize {
        ImageSize::MNIST
    }

    pub(super) fn classes() -> usize {
        Classes::DIGITS.count()
    }
}
