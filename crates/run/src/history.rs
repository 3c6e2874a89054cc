//! `history.csv`: how a run went, one row per epoch.

use std::{collections::HashMap, io, str::FromStr};

use crate::{Measures, Metric};

/// One epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Epoch {
    /// From 1.
    pub epoch: usize,
    /// Over the training rows, each as it was when its step came: the weights change in between,
    /// and dropout is on.
    pub train: Measures,
    /// Over all validation rows, with the weights at the end of the epoch.
    pub valid: Measures,
    /// Over training rows, the same ones after every epoch, measured as the validation rows are:
    /// the difference between the two is the generalization gap. Older histories lack it.
    pub train_eval: Option<Measures>,
    /// Time of the training part, in seconds.
    pub seconds: f64,
    /// Speed of the training part.
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

    /// Forgets all epochs after this one.
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

    /// The epoch with the highest validation accuracy, the earliest of equals.
    pub fn best(&self) -> Option<&Epoch> {
        // `max_by` keeps the last of equals, so look from the end.
        self.epochs.iter().rev().max_by(|a, b| a.valid.accuracy().total_cmp(&b.valid.accuracy()))
    }

    /// The text of `history.csv`. Numbers are written so that reading them gives the same numbers.
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

    /// Reads the text of a `history.csv`. It may lack metrics that are newer than it, and have
    /// columns that are unknown.
    ///
    /// # Errors
    /// It is no such file, lacks a loss or an accuracy, or its epochs do not count 1, 2, 3, ….
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

/// Training rows and validation rows, and training rows measured as validation rows are, as columns
/// call them.
const PARTS: [&str; 3] = ["train", "valid", "train_eval"];

/// What older histories call the third of these parts.
const OLD_TRAIN_EVAL: &str = "fit";

fn columns() -> Vec<String> {
    let measured =
        PARTS.iter().flat_map(|part| Metric::ALL.map(|metric| format!("{part}_{}", metric.name())));
    let (first, last) = (["epoch"], ["seconds", "samples_per_second"]);
    first.map(str::to_owned).into_iter().chain(measured).chain(last.map(str::to_owned)).collect()
}

impl Epoch {
    /// How well the network fits the training rows: measured as the validation rows are, or if an
    /// older history lacks that, on average over the epoch.
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

/// Whether any metric of this part is there.
fn is_given(columns: &HashMap<String, String>, part: &str) -> bool {
    let column = |metric: Metric| columns.get(&format!("{part}_{}", metric.name()));
    Metric::ALL.into_iter().filter_map(column).any(|value| !value.is_empty())
}

fn number<T: FromStr>(columns: &HashMap<String, String>, column: &str) -> Result<T, String> {
    let text = columns.get(column).ok_or_else(|| format!("there is no column {column}"))?;
    text.parse().map_err(|_| format!("{column} = {text:?}; expected a number"))
}
