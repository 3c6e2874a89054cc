//! `history.csv`: the metrics of a run, one row per epoch.

use std::{collections::HashMap, io, str::FromStr};

use crate::{Measures, Metric};

/// The metrics of an epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// The number of the epoch, from 1.
    pub epoch: usize,
    /// Means over the training rows, each measured during its own step: the weights change from
    /// step to step, and dropout is on.
    pub train: Measures,
    /// Means over the validation rows, with the weights at the end of the epoch.
    pub valid: Measures,
    /// Means over a fixed set of training rows, measured like the validation rows: the difference
    /// is the generalization gap. Older histories lack them.
    pub train_eval: Option<Measures>,
    /// Training time, in seconds.
    pub seconds: f64,
    /// Training speed.
    pub samples_per_second: f64,
}

/// The epochs of a run, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    epochs: Vec<Epoch>,
}

impl History {
    /// Appends the next epoch.
    pub fn push(&mut self, epoch: Epoch) {
        self.epochs.push(epoch);
    }

    /// Removes all epochs after this one.
    pub fn truncate(&mut self, epochs: usize) {
        self.epochs.truncate(epochs);
    }

    /// All epochs so far.
    pub fn epochs(&self) -> &[Epoch] {
        &self.epochs
    }

    /// The last epoch.
    pub fn last(&self) -> Option<&Epoch> {
        self.epochs.last()
    }

    /// The epoch with the highest validation accuracy; of several, the first.
    pub fn best(&self) -> Option<&Epoch> {
        // `max_by` keeps the last of equals, so look from the end.
        self.epochs.iter().rev().max_by(|a, b| a.valid.accuracy().total_cmp(&b.valid.accuracy()))
    }

    /// The text of `history.csv`. Reading it gives exactly the same numbers.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn to_csv(&self) -> io::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(columns())?;
        for epoch in &self.epochs {
            let measured = [Some(epoch.train), Some(epoch.valid), epoch.train_eval];
            let measured = measured
                .iter()
                .flat_map(|part| Metric::ALL.map(|metric| part.and_then(|part| part.get(metric))));
            writer.serialize((
                epoch.epoch,
                measured.collect::<Vec<_>>(),
                epoch.seconds,
                epoch.samples_per_second,
            ))?;
        }
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }

    /// Reads the text of a `history.csv`. Newer metrics may be missing, and unknown columns are
    /// ignored.
    ///
    /// # Errors
    /// The text is no history, lacks a loss or an accuracy, or its epochs do not count 1, 2, 3, ….
    pub fn from_csv(text: &[u8]) -> io::Result<Self> {
        let mut epochs = Vec::new();
        for (row, columns) in csv::Reader::from_reader(text).deserialize().enumerate() {
            let epoch = Epoch::of(&columns?)
                .map_err(|reason| io::Error::other(format!("line {}: {reason}", row + 2)))?;
            if epoch.epoch != row + 1 {
                return Err(io::Error::other(format!(
                    "line {}: epoch {}; expected {}",
                    row + 2,
                    epoch.epoch,
                    row + 1
                )));
            }
            epochs.push(epoch);
        }
        Ok(Self { epochs })
    }
}

/// The prefixes of the columns: training rows, validation rows, and training rows measured like
/// validation rows.
const PARTS: [&str; 3] = ["train", "valid", "train_eval"];

/// The third prefix in older histories.
const OLD_TRAIN_EVAL: &str = "fit";

fn columns() -> Vec<String> {
    let measured =
        PARTS.iter().flat_map(|part| Metric::ALL.map(|metric| format!("{part}_{}", metric.name())));
    let (first, last) = (["epoch"], ["seconds", "samples_per_second"]);
    first.map(str::to_owned).into_iter().chain(measured).chain(last.map(str::to_owned)).collect()
}

impl Epoch {
    /// The fit to the training rows, measured like the validation rows; in older histories, the
    /// mean over the epoch.
    pub fn fitted(&self) -> Measures {
        self.train_eval.unwrap_or(self.train)
    }

    fn of(columns: &HashMap<String, String>) -> Result<Self, String> {
        let measures = |part: &str| {
            let value = |metric: Metric| number(columns, &format!("{part}_{}", metric.name()));
            value(Metric::Loss).and(value(Metric::Accuracy))?;
            Measures::of(|metric| value(metric).ok())
                .ok_or_else(|| format!("expected {part}_loss and {part}_accuracy"))
        };
        Ok(Self {
            epoch: number(columns, "epoch")?,
            train: measures(PARTS[0])?,
            valid: measures(PARTS[1])?,
            train_eval: [PARTS[2], OLD_TRAIN_EVAL]
                .into_iter()
                .find(|part| is_given(columns, part))
                .map(measures)
                .transpose()?,
            seconds: number(columns, "seconds")?,
            samples_per_second: number(columns, "samples_per_second")?,
        })
    }
}

/// Whether the history has a metric of this part.
fn is_given(columns: &HashMap<String, String>, part: &str) -> bool {
    let column = |metric: Metric| columns.get(&format!("{part}_{}", metric.name()));
    Metric::ALL.into_iter().filter_map(column).any(|value| !value.is_empty())
}

fn number<T: FromStr>(columns: &HashMap<String, String>, column: &str) -> Result<T, String> {
    let text = columns.get(column).ok_or_else(|| format!("there is no column {column}"))?;
    text.parse().map_err(|_| format!("{column} = {text:?}; expected a number"))
}
