//! Learning-rate schedules.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A learning-rate schedule, which follows the warm-up. The cosine schedule is that of Loshchilov
/// and Hutter 2017, <https://arxiv.org/abs/1608.03983>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Schedule {
    /// Constant learning rate.
    #[default]
    Constant,
    /// Decay by gamma every --step-size epochs, like PyTorch's StepLR.
    Step,
    /// Decay by gamma after each epoch, like PyTorch's ExponentialLR.
    Exponential,
    /// Decay to 0 along half a cosine, step by step, like PyTorch's CosineAnnealingLR.
    Cosine,
}

impl Schedule {
    /// The default gamma of the schedules that have one. With it, a run of this many epochs ends at
    /// a hundredth of its learning rate, if the step size of `step` is a third of the epochs.
    pub(crate) fn default_gamma(self, epochs: usize) -> Option<f64> {
        match self {
            Self::Constant | Self::Cosine => None,
            Self::Step => Some(0.1),
            // Four digits are enough.
            Self::Exponential => Some((0.01f64.powf(1.0 / epochs as f64) * 1e4).round() / 1e4),
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Constant => "constant",
            Self::Step => "step",
            Self::Exponential => "exponential",
            Self::Cosine => "cosine",
        })
    }
}
