//! The metrics of a network. The trainer computes them.

use serde::{Deserialize, Serialize};

/// A metric: the mean of a measure over some rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Cross-entropy, in nats.
    Loss,
    /// The fraction of rows whose most probable class is right.
    // The name of its sum in older checkpoints.
    #[serde(alias = "correct")]
    Accuracy,
}

impl Metric {
    /// Every metric, in the order of the columns of `history.csv`.
    pub const ALL: [Self; 2] = [Self::Loss, Self::Accuracy];

    /// The name in columns and file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::Accuracy => "accuracy",
        }
    }

    /// The label of an axis, with the unit.
    pub fn label(self) -> &'static str {
        match self {
            Self::Loss => "mean cross-entropy (nats)",
            Self::Accuracy => "accuracy (%)",
        }
    }

    /// A value in the unit of the axis.
    pub fn on_axis(self, value: f64) -> f64 {
        match self {
            Self::Loss => value,
            Self::Accuracy => value * 100.0,
        }
    }
}

/// The metrics of a network on some rows. Loss and accuracy are always present; older histories
/// may lack any other metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures([Option<f64>; Metric::ALL.len()]);

impl Measures {
    /// The metrics for which `value` has a value; none without loss and accuracy.
    pub fn of(value: impl Fn(Metric) -> Option<f64>) -> Option<Self> {
        let measures = Self(Metric::ALL.map(value));
        measures.get(Metric::Loss).and(measures.get(Metric::Accuracy)).map(|_| measures)
    }

    /// The value of a metric, if it is present.
    pub fn get(&self, metric: Metric) -> Option<f64> {
        Metric::ALL.iter().zip(self.0).find(|(one, _)| **one == metric).and_then(|(_, value)| value)
    }

    /// Mean cross-entropy, in nats.
    pub fn loss(&self) -> f64 {
        self.get(Metric::Loss).unwrap_or(f64::NAN)
    }

    /// The fraction of right predictions.
    pub fn accuracy(&self) -> f64 {
        self.get(Metric::Accuracy).unwrap_or(f64::NAN)
    }
}
