//! Adds up what is measured, batch after batch.

use std::collections::BTreeMap;

use burn::tensor::{Tensor, TensorReadError};
use run::{Measures, Metric};
use serde::{Deserialize, Serialize};

use crate::metrics::{BatchSums, Output, measurement};

/// Sums over samples, from which the metrics are computed once: right for an uneven last batch, and
/// the same however often the device was asked in between.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Totals {
    /// Samples seen.
    pub samples: u64,
    /// The sums of each metric. A checkpoint that is older than a metric lacks them.
    #[serde(flatten)]
    pub sums: BTreeMap<Metric, Sums>,
}

/// The sums of a metric.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "StoredSums")]
pub struct Sums(pub Vec<f64>);

/// The sums in a checkpoint; in an older one, a single sum is no list.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a number or a list of numbers")]
enum StoredSums {
    One(f64),
    Many(Vec<f64>),
}

impl From<StoredSums> for Sums {
    fn from(stored: StoredSums) -> Self {
        match stored {
            StoredSums::One(sum) => Self(vec![sum]),
            StoredSums::Many(sums) => Self(sums),
        }
    }
}

impl Totals {
    /// The value of each metric over the samples seen; not a number before the first.
    pub fn measures(&self) -> Option<Measures> {
        Measures::of(|metric| {
            let Sums(sums) = self.sums.get(&metric)?;
            Some((measurement(metric).value)(sums, self.samples as f64))
        })
    }

    fn add(&mut self, metric: Metric, batch: &[f64]) {
        let Sums(sums) = self.sums.entry(metric).or_default();
        sums.resize(batch.len(), 0.0);
        sums.iter_mut().zip(batch).for_each(|(sum, more)| *sum += more);
    }
}

/// Measures batch after batch. The measurements stay on the device until [`read`](Meter::read)
/// fetches all of them at once: reading after each step would make a GPU wait for the host each
/// time.
#[derive(Debug)]
pub struct Meter {
    totals: Totals,
    /// The sums of each batch not yet read, of the metrics that were added up from the beginning.
    pending: BTreeMap<Metric, Vec<BatchSums>>,
    /// Samples in each batch not yet read.
    samples: Vec<usize>,
    /// Batches read so far.
    batches: usize,
    not_finite: Option<NotFinite>,
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
        let known = Metric::ALL.into_iter().filter(is_known);
        let pending = known.map(|metric| (metric, Vec::new())).collect();
        Self { totals, pending, samples: Vec::new(), batches: 0, not_finite: None }
    }

    /// Measures a batch.
    pub fn add(&mut self, output: &Output) {
        self.samples.push(output.targets.dims()[0]);
        for (metric, pending) in &mut self.pending {
            pending.push((measurement(*metric).sums)(output));
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
            let batches = read(std::mem::take(pending))?;
            for (batch, sums) in batches.into_iter().enumerate() {
                if *metric == Metric::Loss && sums.iter().any(|sum| !sum.is_finite()) {
                    self.not_finite.get_or_insert(NotFinite(self.batches + batch));
                }
                self.totals.add(*metric, &sums);
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

/// The sums of each batch.
fn read(batches: Vec<BatchSums>) -> Result<Vec<Vec<f64>>, TensorReadError> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    let (values, scales): (Vec<_>, Vec<f64>) =
        batches.into_iter().map(|batch| (batch.values, batch.scale)).unzip();
    let values = Tensor::cat(values, 0).try_into_data_as::<f32>()?;
    let values: Vec<f32> = values.iter::<f32>().collect();
    let batches = values.chunks_exact(values.len() / scales.len()).zip(scales);
    let sums = |(values, scale): (&[f32], f64)| {
        values.iter().map(|value| f64::from(*value) * scale).collect()
    };
    Ok(batches.map(sums).collect())
}
