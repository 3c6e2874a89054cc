//! The network that is trained. The loop, checkpoints and evaluation take it as it is; this file alone knows its settings.

use std::path::Path;

use burn::tensor::Device;
use model::{Mlp, MlpConfig, WeightsError};
use run::RunConfig;

/// The network that is trained.
pub type Network = Mlp;

/// The network that a config describes, with fresh weights.
pub fn fresh(config: &RunConfig, device: &Device) -> Network {
    MlpConfig::new()
        .with_hidden(config.hidden.clone())
        .with_dropout(config.dropout)
        .with_layer_norm(config.layer_norm)
        .with_seed(config.seed)
        .init(device)
}

/// The network whose weights are in this file.
///
/// # Errors
/// It cannot be read, or holds no such network.
pub fn load(path: &Path, device: &Device) -> Result<Network, WeightsError> {
    Mlp::load_safetensors(path, device)
}

/// Whether a pass through the network draws random numbers in training.
pub fn is_random(config: &RunConfig) -> bool {
    config.dropout > 0.0
}

/// The sizes of its layers: `784-256-128-10`.
pub fn sizes(config: &RunConfig) -> String {
    let sizes = [model::INPUTS].into_iter().chain(config.hidden.iter().copied()).chain([model::CLASSES]);
    sizes.map(|size| size.to_string()).collect::<Vec<_>>().join("-")
}
