//! The names and defaults of the optimizers. The trainer constructs them.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// An optimizer. Adam is that of Kingma and Ba 2015, <https://arxiv.org/abs/1412.6980>, AdamW that
/// of Loshchilov and Hutter 2019, <https://arxiv.org/abs/1711.05101>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lower")]
pub enum Optimizer {
    /// Stochastic gradient descent, with optional momentum.
    #[default]
    Sgd,
    /// Adam: a step size for each weight, from the moments of its gradients.
    Adam,
    /// Adam with decoupled weight decay.
    AdamW,
}

impl Optimizer {
    /// The default learning rate, PyTorch's, where it differs from that of sgd.
    pub(crate) fn default_learning_rate(self) -> Option<f64> {
        match self {
            Self::Sgd => None,
            Self::Adam | Self::AdamW => Some(0.001),
        }
    }

    /// The default weight decay, PyTorch's, where it is not 0.
    pub(crate) fn default_weight_decay(self) -> Option<f64> {
        match self {
            Self::Sgd | Self::Adam => None,
            Self::AdamW => Some(0.01),
        }
    }

    /// Whether the settings `momentum` and `nesterov` act on it.
    pub(crate) fn takes_momentum(self) -> bool {
        match self {
            Self::Sgd => true,
            Self::Adam | Self::AdamW => false,
        }
    }

    /// The number of values that it keeps for each weight from step to step.
    pub fn moments(self, momentum: f64) -> usize {
        match self {
            Self::Sgd => usize::from(momentum > 0.0),
            Self::Adam | Self::AdamW => 2,
        }
    }

    /// Its name in a report.
    pub fn title(self) -> &'static str {
        match self {
            Self::Sgd => "stochastic gradient descent",
            Self::Adam => "Adam",
            Self::AdamW => "AdamW",
        }
    }
}

impl fmt::Display for Optimizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sgd => "sgd",
            Self::Adam => "adam",
            Self::AdamW => "adamw",
        })
    }
}
