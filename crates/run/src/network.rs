//! The names of the networks, and their defaults. The trainer constructs them.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkKind {
    /// Multilayer perceptron: linear layers, with ReLU between them.
    #[default]
    Mlp,
}

impl NetworkKind {
    /// The default sizes of its hidden layers; none for a network without any, which refuses the
    /// setting.
    pub(crate) fn default_hidden(self) -> Option<Vec<i64>> {
        match self {
            Self::Mlp => Some(vec![256, 128]),
        }
    }
}
