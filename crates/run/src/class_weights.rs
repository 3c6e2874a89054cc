//! Weights of the classes in the loss. The trainer computes them.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// How much a row of each class counts in the loss of training.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClassWeights {
    /// Each row counts the same.
    #[default]
    None,
    /// Each class counts the same: a row of a rare class counts more.
    Balanced,
}

impl fmt::Display for ClassWeights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Balanced => "balanced",
        })
    }
}
