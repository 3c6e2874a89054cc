//! Which weights of a run are tested and saved.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The weights of a run that are tested and saved as `model.safetensors`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// The weights after the last epoch.
    #[default]
    Last,
    /// The weights of the epoch with the highest validation accuracy.
    Best,
}
