//! How each metric is measured.

use burn::tensor::{Int, Tensor};
use run::Metric;

/// The output of a network for a batch.
pub struct Output {
    /// The mean loss, `[1]`.
    pub loss: Tensor<1>,
    /// `[batch, classes]`.
    pub logits: Tensor<2>,
    /// The right classes, `[batch]`.
    pub targets: Tensor<1, Int>,
}

impl Output {
    /// The same without a graph.
    #[must_use]
    pub fn inner(self) -> Self {
        Self { loss: self.loss.inner(), logits: self.logits.inner(), targets: self.targets.inner() }
    }
}

/// A metric of a batch, still on the device.
pub enum BatchMetric {
    /// The mean over the samples, `[1]`.
    Mean(Tensor<1>),
    /// The number of samples that count, `[1]`.
    Count(Tensor<1, Int>),
}

/// Measures a batch.
pub fn measure(metric: Metric, output: &Output) -> BatchMetric {
    match metric {
        Metric::Loss => BatchMetric::Mean(output.loss.clone()),
        Metric::Accuracy => {
            let predicted: Tensor<1, Int> = output.logits.clone().argmax(1).squeeze_dim(1);
            BatchMetric::Count(predicted.equal(output.targets.clone()).int().sum())
        }
    }
}
