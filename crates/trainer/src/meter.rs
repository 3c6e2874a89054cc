//! Adds up what is measured, batch after batch.

use std::collections::BTreeMap;

use burn::tensor::{Int, Tensor, TensorReadError};
use run::{Measures, Metric};
use serde::{Deserialize, Serialize};

use crate::metrics::{BatchMetric, Output, measure};

/// Sums over samples, from which the means come by one division: right for an uneven last batch,
/// and the same however often the device was asked in between.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Samples seen.
    pub samples: u64,
    /// The sum of each metric. A checkpoint that is older than a metric lacks it.
    #[serde(flatten)]
    pub sums: BTreeMap<Metric, f64>,
}

impl Totals {
    /// The mean of each metric over the samples seen; not a number before the first.
    pub fn means(&self) -> Option<Measures> {
        Measures::of(|metric| self.sums.get(&metric).map(|sum| sum / self.samples as f64))
    }

    fn add(&mut self, metric: Metric, value: f64) {
        *self.sums.entry(metric).or_default() += value;
    }
}

/// Measures batch after batch. The measurements stay on the device until [`read`](Meter::read)
/// fetches all of them at once: reading after each step would make a GPU wait for the host each
/// time.
#[derive(Debug)]
pub struct Meter {
    totals: Totals,
    /// The metrics that are added up: those that were from the beginning.
    pending: BTreeMap<Metric, Pending>,
    /// Samples in each batch not yet read.
    samples: Vec<usize>,
    /// Batches read so far.
    batches: usize,
    not_finite: Option<NotFinite>,
}

/// A metric of each batch not yet read, `[1]`.
#[derive(Debug, Default)]
struct Pending {
    means: Vec<Tensor<1>>,
    counts: Vec<Tensor<1, Int>>,
}

/// The batch, counted from 0, whose loss was not a finite number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFinite(pub usize);

impl Default for Meter {
    fn default() -> Self {
        Self::starting_from(Totals::default())
    }
}

impl Meter {
    /// Goes on from what earlier batches gave.
    pub fn starting_from(totals: Totals) -> Self {
        let is_known = |metric: &Metric| totals.samples == 0 || totals.sums.contains_key(metric);
        let pending = Metric::ALL
            .into_iter()
            .filter(is_known)
            .map(|metric| (metric, Pending::default()))
            .collect();
        Self { totals, pending, samples: Vec::new(), batches: 0, not_finite: None }
    }

    /// Measures a batch.
    pub fn add(&mut self, output: &Output) {
        self.samples.push(output.targets.dims()[0]);
        for (metric, pending) in &mut self.pending {
            match measure(*metric, output) {
                BatchMetric::Mean(mean) => pending.means.push(mean),
                BatchMetric::Count(count) => pending.counts.push(count),
            }
        }
    }

    /// How many batches wait to be read.
    pub fn pending(&self) -> usize {
        self.samples.len()
    }

    /// Reads what has been measured since the last time, and gives the sums of everything so far;
    /// or the first batch whose loss was infinite or not a number.
    ///
    /// # Errors
    /// The device failed.
    pub fn read(&mut self) -> Result<Result<Totals, NotFinite>, TensorReadError> {
        let samples = std::mem::take(&mut self.samples);
        for (metric, pending) in &mut self.pending {
            for (batch, (value, samples)) in pending.read()?.into_iter().zip(&samples).enumerate() {
                let sum = match value {
                    Value::Mean(mean) => f64::from(mean) * *samples as f64,
                    Value::Count(count) => count as f64,
                };
                if *metric == Metric::Loss && !sum.is_finite() {
                    self.not_finite.get_or_insert(NotFinite(self.batches + batch));
                }
                self.totals.add(*metric, sum);
            }
        }
        self.totals.samples += samples.iter().sum::<usize>() as u64;
        self.batches += samples.len();
        Ok(match self.not_finite {
            Some(place) => Err(place),
            None => Ok(self.totals.clone()),
        })
    }
}

/// A metric of a batch.
enum Value {
    Mean(f32),
    Count(i64),
}

impl Pending {
    /// Each batch's value: means, or counts.
    fn read(&mut self) -> Result<Vec<Value>, TensorReadError> {
        let mut values = Vec::new();
        if !self.means.is_empty() {
            let means =
                Tensor::cat(std::mem::take(&mut self.means), 0).try_into_data_as::<f32>()?;
            values.extend(means.iter::<f32>().map(Value::Mean));
        }
        if !self.counts.is_empty() {
            let counts =
                Tensor::cat(std::mem::take(&mut self.counts), 0).try_into_data_as::<i64>()?;
            values.extend(counts.iter::<i64>().map(Value::Count));
        }
        Ok(values)
    }
}
