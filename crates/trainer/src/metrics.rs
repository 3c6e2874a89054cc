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

    /// The output for a batch of those for its parts, in the order of the rows. Their losses are
    /// shares of that of the batch.
    #[must_use]
    pub fn joined(parts: Vec<Self>) -> Self {
        let (mut losses, mut logits, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            losses.push(part.loss);
            logits.push(part.logits);
            targets.push(part.targets);
        }
        Self {
            loss: Tensor::cat(losses, 0).sum(),
            logits: Tensor::cat(logits, 0),
            targets: Tensor::cat(targets, 0),
        }
    }
}

/// How a metric is measured.
pub struct Measurement {
    /// The sums of a batch; each batch has as many.
    pub sums: fn(&Output) -> BatchSums,
    /// The value from the sums of all batches and the number of samples, which is not 0.
    pub value: fn(&[f64], f64) -> f64,
}

/// Sums over the samples of a batch, still on the device.
#[derive(Debug)]
pub struct BatchSums {
    /// The sums divided by `scale`, `[sums]`.
    pub values: Tensor<1>,
    /// 1, or for means the number of samples.
    pub scale: f64,
}

/// The measurement of each metric.
pub fn measurement(metric: Metric) -> Measurement {
    match metric {
        Metric::Loss => Measurement { sums: loss, value: mean },
        Metric::Accuracy => Measurement { sums: right, value: mean },
    }
}

fn loss(output: &Output) -> BatchSums {
    BatchSums { values: output.loss.clone(), scale: output.targets.dims()[0] as f64 }
}

/// The number of right predictions.
fn right(output: &Output) -> BatchSums {
    let predicted: Tensor<1, Int> = output.logits.clone().argmax(1).squeeze_dim(1);
    let values = predicted.equal(output.targets.clone()).float().sum();
    BatchSums { values, scale: 1.0 }
}

/// The mean of a single sum.
fn mean(sums: &[f64], samples: f64) -> f64 {
    sums.iter().sum::<f64>() / samples
}
