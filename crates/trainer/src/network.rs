//! The network that is trained. The loop, checkpoints and evaluation take it as it is; this file
//! alone knows its settings.

use std::path::Path;

use burn::tensor::{Device, Tensor};
use data::{Images, Pixels};
use model::{Block, EPSILON, Mlp, MlpConfig, WeightsError};
use run::RunConfig;

use crate::seed;

/// The network that is trained.
pub type Network = Mlp;

/// What the data ask of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The pixels of an image.
    pub inputs: usize,
    /// The classes to tell apart.
    pub classes: usize,
}

impl Shape {
    /// The shape for these images.
    pub fn of(images: &Images) -> Self {
        Self { inputs: images.size().pixels(), classes: images.classes().count() }
    }
}

/// The network that a config describes, with fresh weights.
pub fn fresh(config: &RunConfig, shape: Shape, device: &Device) -> Network {
    MlpConfig::new()
        .with_inputs(shape.inputs)
        .with_classes(shape.classes)
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

/// The logits of a batch: images of `[batch, inputs]` → `[batch, classes]`. In training, dropout
/// draws from the seed.
///
/// This is [`Mlp::forward`], with the operations that are faster where there are such.
pub fn forward(network: &Network, images: Pixels, seed: u64) -> Tensor<2> {
    let Some((first, others)) = network.blocks.split_first() else {
        return network.output.forward(images.dense(&network.device()));
    };
    let seed_of = |layer| seed::mixed(&[seed, layer]);
    let x = activations(first, kernels::linear(&first.linear, images), seed_of(0));
    let hidden = |x, (layer, block): (u64, &Block)| {
        activations(block, block.linear.forward(x), seed_of(layer))
    };
    network.output.forward((1..).zip(others).fold(x, hidden))
}

/// What a hidden layer makes of the sums of its linear layer: `[batch, units]`.
fn activations(block: &Block, sums: Tensor<2>, seed: u64) -> Tensor<2> {
    let normalized = match &block.norm {
        Some(norm) => kernels::layer_norm(norm, EPSILON, sums),
        None => sums,
    };
    kernels::dropout(&block.dropout, block.activation.forward(normalized), seed)
}

/// Whether a pass through the network draws random numbers in training.
pub fn is_random(config: &RunConfig) -> bool {
    config.dropout > 0.0
}

/// The sizes of its layers: `784-256-128-10`.
pub fn sizes(network: &Network) -> String {
    let config = network.config();
    let sizes = [config.inputs].into_iter().chain(config.hidden).chain([config.classes]);
    sizes.map(|size| size.to_string()).collect::<Vec<_>>().join("-")
}
