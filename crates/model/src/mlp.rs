//! The network.

use burn::{
    module::Module,
    nn::{Dropout, DropoutConfig, LayerNorm, Linear, Relu},
    tensor::{Device, Int, Tensor, activation::softmax},
};

use crate::MlpConfig;

/// A hidden layer: Linear → (LayerNorm) → ReLU → (Dropout), from `[batch, inputs]` to `[batch,
/// outputs]`.
#[derive(Module, Debug)]
pub struct Block {
    /// Weights `[inputs, units]`, biases `[units]`.
    pub linear: Linear,
    /// Scales and shifts `[units]`.
    pub norm: Option<LayerNorm>,
    /// ReLU.
    pub activation: Relu,
    /// Zeroes activations in training.
    pub dropout: Dropout,
}

impl Block {
    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let x = self.linear.forward(x);
        let x = match &self.norm {
            Some(norm) => norm.forward(x),
            None => x,
        };
        self.dropout.forward(self.activation.forward(x))
    }
}

/// A multilayer perceptron: hidden blocks, then a linear layer to the logits, which no
/// normalization touches. It maps pixels, shape `[batch, inputs]`, to logits, shape `[batch,
/// classes]`.
///
/// Made by [`MlpConfig::init`] or [`Mlp::load_safetensors`].
#[derive(Module, Debug)]
pub struct Mlp {
    /// The hidden layers, from the first on.
    pub blocks: Vec<Block>,
    /// From the last hidden layer to the logits: weights `[units, classes]`, biases `[classes]`.
    pub output: Linear,
}

/// What a network makes of a batch of images.
#[derive(Debug, Clone)]
pub struct Prediction {
    /// The most probable class of each image, counted from 0, shape `[batch]`.
    pub classes: Tensor<1, Int>,
    /// The probability of each class, shape `[batch, classes]`, rows adding up to 1.
    pub probabilities: Tensor<2>,
}

impl Prediction {
    /// What logits say, `[batch, classes]`.
    pub fn of(logits: Tensor<2>) -> Self {
        Self { classes: logits.clone().argmax(1).squeeze_dim(1), probabilities: softmax(logits, 1) }
    }
}

impl Mlp {
    /// The logits of a batch: `[batch, inputs]` (pixels from 0 to 1) → `[batch, classes]`.
    pub fn forward(&self, images: Tensor<2>) -> Tensor<2> {
        let x = self.blocks.iter().fold(images, |x, block| block.forward(x));
        self.output.forward(x)
    }

    /// What the images of a batch show and how sure the network is: `[batch, inputs]` (pixels from
    /// 0 to 1) → [`Prediction`].
    ///
    /// Dropout acts on an autodiff device only; predict on a plain one, or with
    /// [`valid`](burn::module::Module).
    pub fn predict(&self, images: Tensor<2>) -> Prediction {
        Prediction::of(self.forward(images))
    }

    /// The same network with this dropout in training, from 0 (none) to below 1: for a network that
    /// was loaded, and is to be trained further. Dropout takes a place in PyTorch's
    /// `nn.Sequential`, and so changes the names in a file saved later.
    ///
    /// # Panics
    /// The probability is not in 0..1.
    #[must_use]
    pub fn with_dropout(mut self, probability: f64) -> Self {
        for block in &mut self.blocks {
            block.dropout = DropoutConfig::new(probability).init();
        }
        self
    }

    /// The number of weights, biases, scales and shifts.
    pub fn num_parameters(&self) -> usize {
        self.num_params()
    }

    /// The description from which this network would be made, but for the seed, which a network
    /// does not remember.
    pub fn config(&self) -> MlpConfig {
        let inputs = |linear: &Linear| linear.weight.dims()[0];
        MlpConfig::new()
            .with_inputs(inputs(self.blocks.first().map_or(&self.output, |block| &block.linear)))
            .with_classes(self.output.weight.dims()[1])
            .with_hidden(self.blocks.iter().map(|block| block.linear.weight.dims()[1]).collect())
            .with_dropout(self.blocks.first().map_or(0.0, |block| block.dropout.prob))
            .with_layer_norm(self.blocks.iter().any(|block| block.norm.is_some()))
    }

    /// The device that holds the weights.
    pub fn device(&self) -> Device {
        self.output.weight.device()
    }
}
