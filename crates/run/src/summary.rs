//! `summary.json`: the outcome of a run.

use std::time::SystemTime;

use data::{Classes, ImageSize};
use serde::{Deserialize, Serialize};

use crate::class_record;

/// The way in which a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// All epochs are done.
    Finished,
    /// It stopped on request, and can be resumed.
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
    /// The way in which it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The number of completed epochs.
    pub epochs: usize,
    /// The epoch with the highest validation accuracy.
    pub best_epoch: Option<usize>,
    /// Validation accuracy of that epoch.
    pub best_valid_accuracy: Option<f64>,
    /// The epoch of the final weights, which were tested and are in `model.safetensors`, if the
    /// run finished. Older runs, which kept the last epoch, do not record it.
    #[serde(default)]
    pub kept_epoch: Option<usize>,
    /// Validation loss after the last epoch.
    pub final_valid_loss: Option<f64>,
    /// Validation accuracy after the last epoch.
    pub final_valid_accuracy: Option<f64>,
    /// Loss of the final weights on the test set, if the run finished and has one.
    pub test_loss: Option<f64>,
    /// Accuracy of the final weights on the test set, if the run finished and has one.
    pub test_accuracy: Option<f64>,
    /// The divisor of the logits that makes the confidence of the final weights their accuracy on
    /// the validation rows, if the run finished. Older runs are not calibrated.
    #[serde(default)]
    pub temperature: Option<f64>,
    /// The calibrated probability below which the final weights are unsure.
    #[serde(default)]
    pub threshold: Option<f64>,
    /// The number of training rows.
    pub train_rows: usize,
    /// The number of validation rows.
    pub valid_rows: usize,
    /// The number of test rows. Older runs do not record it.
    #[serde(default)]
    pub test_rows: Option<usize>,
    /// The number of test rows whose images are also in the data: of a higher number, the accuracy
    /// on the test set is too high. Older runs do not record it.
    #[serde(default)]
    pub test_rows_in_data: Option<usize>,
    /// The share of the largest class of the validation rows: the accuracy of the best constant
    /// answer. Older runs do not record it.
    #[serde(default)]
    pub largest_class: Option<f64>,
    /// Width and height of the images.
    #[serde(default = "mnist")]
    pub image: ImageSize,
    /// The classes of the images: their number, and their names.
    #[serde(flatten, with = "class_record")]
    pub classes: Classes,
    /// The sizes of the network's layers: `784-256-128-10`. Older runs do not record them.
    #[serde(default)]
    pub network: Option<String>,
    /// The number of parameters of the network: weights, biases, scales and shifts.
    pub parameters: usize,
    /// Training time of all epochs in seconds, without validation.
    pub train_seconds: f64,
    /// The end of the run, in RFC 3339. Older runs do not record it.
    #[serde(default, with = "humantime_serde::option")]
    pub ended: Option<SystemTime>,
}

/// The size of the images of older runs, which knew only MNIST.
fn mnist() -> ImageSize {
    ImageSize::MNIST
}
