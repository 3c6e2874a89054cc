//! How each metric is measured.

use burn::tensor::{Int, Tensor};
use run::Metric;

/// What a network made of a batch, without a graph.
pub struct Output {
    /// The mean loss, `[1]`.
    pub loss: Tensor<1>,
    /// `[batch, classes]`.
    pub logits: Tensor<2>,
    /// The right classes, `[batch]`.
    pub targets: Tensor<1, Int>,
}

/// A metric of a batch, still on the device.
pub enum Measured {
    /// The mean over the samples, `[1]`.
    Mean(Tensor<1>),
    /// How many samples count, `[1]`.
    Count(Tensor<1, Int>),
}

/// Measures a batch.
pub fn measure(metric: Metric, output: &Output) -> Measured {
    match metric {
        Metric::Loss => Measured::Mean(output.loss.clone()),
        Metric::Accuracy => {
            let predicted: Tensor<1, Int> = output.logits.clone().argmax(1).squeeze_dim(1);
            Measured::Count(predicted.equal(output.targets.clone()).int().sum())
        }
    }
}
