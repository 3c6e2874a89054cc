//! What is measured of a network. The trainer knows how.

use serde::{Deserialize, Serialize};

/// A measure of how well a network does on some rows: its mean over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Cross-entropy, in nats.
    Loss,
    /// The fraction of rows whose most probable class is the right one.
    // Checkpoints once called the sum of it so.
    #[serde(alias = "correct")]
    Accuracy,
}

impl Metric {
    /// Every metric, in the order of the columns of `history.csv`.
    pub const ALL: [Self; 2] = [Self::Loss, Self::Accuracy];

    /// Its name in columns and the names of pictures.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Accuracy => "accuracy",
        }
    }

    /// Its name on an axis, with its unit.
    pub fn label(self) -> &'static str {
        match self {
            Self::Loss => "mean cross-entropy (nats)",
            Self::Accuracy => "accuracy (%)",
        }
    }

    /// What a value is on an axis with that unit.
    pub fn on_axis(self, value: f64) -> f64 {
        match self {
            Self::Loss => value,
            Self::Accuracy => value * 100.0,
        }
    }
}

/// The metrics of a network on some rows. Loss and accuracy are always known; any other metric may
/// be missing, for histories may be older than it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures([Option<f64>; Metric::ALL.len()]);

impl Measures {
    /// The values that `value` knows; none unless it knows loss and accuracy.
    pub fn of(value: impl Fn(Metric) -> Option<f64>) -> Option<Self> {
        let measures = Self(Metric::ALL.map(value));
        measures.get(Metric::Loss).and(measures.get(Metric::Accuracy)).map(|_| measures)
    }

    /// A metric, if it is known.
    pub fn get(&self, metric: Metric) -> Option<f64> {
        Metric::ALL.iter().zip(self.0).find(|(one, _)| **one == metric).and_then(|(_, value)| value)
    }

    /// Mean cross-entropy, in nats.
    pub fn loss(&self) -> f64 {
        self.get(Metric::Loss).unwrap_or(f64::NAN)
    }

    /// Fraction of rows that are right.
    pub fn accuracy(&self) -> f64 {
        self.get(Metric::Accuracy).unwrap_or(f64::NAN)
    }
}
