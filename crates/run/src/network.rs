//! The names of the networks, and their defaults. The trainer constructs them.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkKind {
    /// Multilayer perceptron: linear layers, with ReLU between them.
    #[default]
    Mlp,
    /// Convolutional network: two convolutions with ReLU and max pooling, then linear layers.
    Cnn,
}

impl NetworkKind {
    /// Its name in a report.
    pub fn title(self) -> &'static str {
        match self {
            Self::Mlp => "multilayer perceptron",
            Self::Cnn => "convolutional network",
        }
    }

    /// The default sizes of its hidden layers.
    pub(crate) fn default_hidden(self) -> Vec<i64> {
        match self {
            Self::Mlp => vec![256, 128],
            Self::Cnn => vec![256],
        }
    }

    /// The default numbers of its filters; none for a network without convolutions, which refuses
    /// the setting.
    pub(crate) fn default_filters(self) -> Option<Vec<i64>> {
        match self {
            Self::Mlp => None,
            Self::Cnn => Some(vec![24, 32]),
        }
    }
}

impl fmt::Display for NetworkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mlp => "mlp",
            Self::Cnn => "cnn",
        })
    }
}
