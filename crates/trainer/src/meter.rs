//! Adds up losses and hits.

use burn::tensor::{Int, Tensor, TensorReadError};
use serde::{Deserialize, Serialize};

/// Sums over samples, from which the means come by one division: right for an uneven last batch, and the same
/// however often the device was asked in between.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Sum of the losses, in nats.
    pub loss: f64,
    /// Samples whose most probable class was right.
    pub correct: u64,
    /// Samples seen.
    pub samples: u64,
}

impl Totals {
    /// The loss a sample.
    pub fn mean_loss(&self) -> f64 {
        self.loss / self.samples as f64
    }

    /// The fraction of samples that were right.
    pub fn accuracy(&self) -> f64 {
        self.correct as f64 / self.samples as f64
    }
}

/// Measures batch after batch. The measurements stay on the device until [`settle`](Meter::settle) reads all of them
/// at once: reading after each step would make a GPU wait for the host each time.
#[derive(Debug, Default)]
pub struct Meter {
    totals: Totals,
    /// Mean loss of each batch not yet read, `[1]`.
    losses: Vec<Tensor<1>>,
    /// Hits in each batch not yet read, `[1]`.
    hits: Vec<Tensor<1, Int>>,
    /// Samples in each batch not yet read.
    samples: Vec<usize>,
    /// Batches read so far.
    settled: usize,
    not_finite: Option<NotFinite>,
}

/// The batch, counted from 0, whose loss was not a finite number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFinite(pub usize);

impl Meter {
    /// Goes on from what earlier batches gave.
    pub fn starting_from(totals: Totals) -> Self {
        Self { totals, ..Self::default() }
    }

    /// Measures a batch: its mean loss `[1]`, logits `[batch, 10]` and targets `[batch]`, all without a graph.
    pub fn add(&mut self, loss: Tensor<1>, logits: Tensor<2>, targets: Tensor<1, Int>) {
        let predicted: Tensor<1, Int> = logits.argmax(1).squeeze_dim(1);
        self.samples.push(targets.dims()[0]);
        self.hits.push(predicted.equal(targets).int().sum());
        self.losses.push(loss);
    }

    /// How many batches wait to be read.
    pub fn unsettled(&self) -> usize {
        self.samples.len()
    }

    /// Reads what has been measured since the last time, and gives the sums of everything so far; or the first batch
    /// whose loss was infinite or not a number.
    ///
    /// # Errors
    /// The device failed.
    pub fn settle(&mut self) -> Result<Result<Totals, NotFinite>, TensorReadError> {
        if self.samples.is_empty() {
            return Ok(self.not_finite.map_or(Ok(self.totals), Err));
        }
        let losses = Tensor::cat(std::mem::take(&mut self.losses), 0).try_into_data_as::<f32>()?;
        let hits = Tensor::cat(std::mem::take(&mut self.hits), 0).try_into_data_as::<i64>()?;
        for ((loss, hits), samples) in losses.iter::<f32>().zip(hits.iter::<i64>()).zip(self.samples.drain(..)) {
            if !loss.is_finite() {
                self.not_finite.get_or_insert(NotFinite(self.settled));
            }
            self.totals.loss += f64::from(loss) * samples as f64;
            self.totals.correct += hits as u64;
            self.totals.samples += samples as u64;
            self.settled += 1;
        }
        Ok(self.not_finite.map_or(Ok(self.totals), Err))
    }
}
