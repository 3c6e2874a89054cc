//! The backends of Burn.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A Burn backend. The trainer has a cargo feature for each; a build compiles only the chosen one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// CPU, Burn's own kernels: fast and maintained.
    #[default]
    Flex,
    /// CPU, the `ndarray` crate: flex's predecessor.
    Ndarray,
    /// Graphics cards of any make, through Vulkan, Metal or DirectX.
    Wgpu,
    /// NVIDIA graphics cards, through CUDA.
    Cuda,
}

impl Backend {
    /// The name on the command line, in `run.toml`, and of the trainer's cargo feature.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flex => "flex",
            Self::Ndarray => "ndarray",
            Self::Wgpu => "wgpu",
            Self::Cuda => "cuda",
        }
    }

    /// Whether it computes on a graphics card, of which a machine has one, or on the cores of the
    /// CPU.
    pub fn is_gpu(self) -> bool {
        matches!(self, Self::Wgpu | Self::Cuda)
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
