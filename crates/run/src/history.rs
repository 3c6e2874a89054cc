//! `history.csv`: how a run went, a row an epoch.

use std::io;

use serde::{Deserialize, Serialize};

/// One epoch. Losses are mean cross-entropies in nats, accuracies fractions from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// From 1.
    pub epoch: usize,
    /// Mean over the training rows, each as it was when its step came: the weights change in between.
    pub train_loss: f64,
    /// Likewise.
    pub train_accuracy: f64,
    /// Over all validation rows, with the weights at the end of the epoch.
    pub valid_loss: f64,
    /// Likewise.
    pub valid_accuracy: f64,
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
        self.epochs.iter().rev().max_by(|a, b| a.valid_accuracy.total_cmp(&b.valid_accuracy))
    }

    /// The text of `history.csv`. Numbers are written so that reading them gives the same numbers.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn to_csv(&self) -> io::Result<Vec<u8>> {
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        writer.write_record(COLUMNS)?;
        for epoch in &self.epochs {
            writer.serialize(epoch)?;
        }
        writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }

    /// Reads the text of a `history.csv`.
    ///
    /// # Errors
    /// It is no such file, or its epochs do not count 1, 2, 3, ….
    pub fn from_csv(text: &[u8]) -> io::Result<Self> {
        let mut epochs = Vec::new();
        for (row, epoch) in csv::Reader::from_reader(text).deserialize().enumerate() {
            let epoch: Epoch = epoch?;
            if epoch.epoch != row + 1 {
                return Err(io::Error::other(format!("line {}: epoch {}; expected {}", row + 2, epoch.epoch, row + 1)));
            }
            epochs.push(epoch);
        }
        Ok(Self { epochs })
    }
}

const COLUMNS: [&str; 7] =
    ["epoch", "train_loss", "train_accuracy", "valid_loss", "valid_accuracy", "seconds", "samples_per_second"];
