//! The names and defaults of the optimizers. The trainer knows how each of them works.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// An optimizer. Adam is that of Kingma and Ba 2015, <https://arxiv.org/abs/1412.6980>, AdamW that
/// of Loshchilov and Hutter 2019, <https://arxiv.org/abs/1711.05101>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lower")]
pub enum Optimizer {
    /// Stochastic gradient descent, with momentum if wanted.
    #[default]
    Sgd,
    /// Adam: a step size for each weight, from the moments of its gradients.
    Adam,
    /// Adam with decoupled weight decay.
    AdamW,
}

impl Optimizer {
    /// The learning rate if none is given, where it differs from that of sgd: PyTorch's default.
    pub(crate) fn default_learning_rate(self) -> Option<f64> {
        matches!(self, Self::Adam | Self::AdamW).then_some(0.001)
    }

    /// The weight decay if none is given, where it is not 0: PyTorch's default.
    pub(crate) fn default_weight_decay(self) -> Option<f64> {
        (self == Self::AdamW).then_some(0.01)
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
