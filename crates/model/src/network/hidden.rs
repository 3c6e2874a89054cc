//! The hidden layers at the end of every network, and the linear layer to the logits behind them.

#[cfg(feature = "burn")]
use burn::{
    module::Module,
    nn::{Dropout, DropoutConfig, LayerNorm, LayerNormConfig, Linear},
    tensor::{Device, Tensor},
};

use crate::Layer;
#[cfg(feature = "burn")]
use crate::{
    EPSILON, init,
    ops::{self, Activation},
    pixels::Pixels,
    seed::mixed,
};

/// The layers from a row of values to the logits: after each hidden linear layer an optional layer
/// norm, a ReLU, and an optional dropout; then a linear layer to the logits.
pub(super) fn layers(
    inputs: usize,
    hidden: &[usize],
    classes: usize,
    layer_norm: bool,
    dropout: bool,
) -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut width = inputs;
    for units in hidden.iter().copied() {
        layers.push(Layer::Linear { inputs: width, outputs: units });
        layers.extend(layer_norm.then_some(Layer::LayerNorm { units }));
        layers.push(Layer::Relu);
        layers.extend(dropout.then_some(Layer::Dropout));
        width = units;
    }
    layers.push(Layer::Linear { inputs: width, outputs: classes });
    layers
}

/// A hidden layer: Linear → (LayerNorm) → ReLU → (Dropout), from `[batch, inputs]` to `[batch,
/// units]`.
#[cfg(feature = "burn")]
#[derive(Module, Debug)]
pub struct Block {
    /// Weights `[inputs, units]`, biases `[units]`.
    pub linear: Linear,
    /// Scales and shifts `[units]`.
    pub norm: Option<LayerNorm>,
    /// Zeroes activations in training.
    pub dropout: Dropout,
}

#[cfg(feature = "burn")]
impl Block {
    /// The outputs for the outputs of the layers before. `layer` counts the hidden layers from 0:
    /// with the seed, it determines the dropout mask.
    pub(super) fn forward(&self, x: Tensor<2>, layer: u64, seed: Option<u64>) -> Tensor<2> {
        self.with(layer, seed, |activation| ops::linear(&self.linear, x, activation))
    }

    /// The outputs of the first layer for images.
    pub(super) fn forward_images(
        &self,
        images: Pixels,
        pixel_max: u8,
        seed: Option<u64>,
    ) -> Tensor<2> {
        self.with(0, seed, |activation| {
            ops::first_linear(&self.linear, images, pixel_max, activation)
        })
    }

    /// The outputs with this linear layer. What stands before the ReLU computes it, too.
    fn with(
        &self,
        layer: u64,
        seed: Option<u64>,
        linear: impl FnOnce(Activation) -> Tensor<2>,
    ) -> Tensor<2> {
        let x = match &self.norm {
            Some(norm) => ops::layer_norm(norm, linear(Activation::Identity), Activation::Relu),
            None => linear(Activation::Relu),
        };
        let seed = seed.map(|seed| mixed(&[seed, layer]));
        ops::dropout(&self.dropout, x, seed)
    }
}

/// Hidden layers that are to be drawn, and the linear layer behind them.
#[cfg(feature = "burn")]
pub(super) struct Head<'a> {
    /// The sizes of the hidden layers.
    pub hidden: &'a [usize],
    /// The outputs of the last layer.
    pub classes: usize,
    /// The probability of dropout, from 0 to below 1.
    pub dropout: f64,
    /// Whether the hidden layers normalize their sums.
    pub layer_norm: bool,
    /// The seed of the initial weights.
    pub seed: u64,
}

#[cfg(feature = "burn")]
impl Head<'_> {
    /// The layers with initial weights. `first` counts the layers with weights before them.
    ///
    /// # Panics
    /// There are no classes or no hidden layer, a hidden layer has size 0, or the dropout is not in
    /// 0..1.
    pub fn init(&self, first: usize, inputs: usize, device: &Device) -> (Vec<Block>, Linear) {
        assert!(self.classes > 0, "a network: at least one class is needed");
        assert!(!self.hidden.is_empty(), "a network: at least one hidden layer is needed");
        assert!(self.hidden.iter().all(|size| *size > 0), "a network: a hidden layer has size 0");
        let mut inputs = inputs;
        let mut blocks = Vec::with_capacity(self.hidden.len());
        for (layer, outputs) in (first..).zip(self.hidden.iter().copied()) {
            blocks.push(Block {
                linear: init::linear(layer, inputs, outputs, self.seed, device),
                norm: self
                    .layer_norm
                    .then(|| LayerNormConfig::new(outputs).with_epsilon(EPSILON).init(device)),
                dropout: DropoutConfig::new(self.dropout).init(),
            });
            inputs = outputs;
        }
        let layer = first + self.hidden.len();
        (blocks, init::linear(layer, inputs, self.classes, self.seed, device))
    }
}
