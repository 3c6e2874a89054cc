//! The choice of the final weights of a run.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The final weights of a run, which are tested and saved as `model.safetensors`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// The weights after the last epoch.
    #[default]
    Last,
    /// The weights of the epoch with the highest validation accuracy.
    Best,
}
