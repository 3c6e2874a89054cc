//! Where a run computes.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A Burn backend. Each is a cargo feature of the trainer with the same name, and only the chosen
/// one is compiled.
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
    /// Its name on the command line, in `run.toml`, and as a cargo feature of the trainer.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flex => "flex",
            Self::Ndarray => "ndarray",
            Self::Wgpu => "wgpu",
            Self::Cuda => "cuda",
        }
    }

    /// Whether it computes on a graphics card, of which there is one, rather than on the cores of
    /// the CPU.
    pub fn is_gpu(self) -> bool {
        matches!(self, Self::Wgpu | Self::Cuda)
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
