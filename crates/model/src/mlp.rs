//! The multilayer perceptron.

use burn::{
    module::Module,
    nn::{Dropout, DropoutConfig, LayerNorm, Linear, Relu},
    tensor::{Device, Int, Tensor},
};

use crate::{ops, pixels::Pixels, prediction::Prediction, seed::mixed};

/// A hidden layer: Linear → (LayerNorm) → ReLU → (Dropout), from `[batch, inputs]` to `[batch,
/// units]`.
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
    /// The activations, from the outputs of the linear layer.
    fn activate(&self, x: Tensor<2>, seed: Option<u64>) -> Tensor<2> {
        let x = match &self.norm {
            Some(norm) => ops::layer_norm(norm, x),
            None => x,
        };
        ops::dropout(&self.dropout, self.activation.forward(x), seed)
    }
}

/// A multilayer perceptron: hidden blocks, then a linear layer to the logits, which no
/// normalization touches. It maps pixels, shape `[batch, inputs]`, to logits, shape `[batch,
/// classes]`.
///
/// Made by [`MlpConfig::init`](crate::MlpConfig::init) or [`Mlp::load_safetensors`].
#[derive(Module, Debug)]
pub struct Mlp {
    /// The hidden layers, from the first on.
    pub blocks: Vec<Block>,
    /// From the last hidden layer to the logits: weights `[units, classes]`, biases `[classes]`.
    pub output: Linear,
    /// The grey value of ink, at least 1.
    pub pixel_max: u8,
}

impl Mlp {
    /// The logits of a batch: `[batch, inputs]` (pixels from 0 to 1) → `[batch, classes]`.
    ///
    /// On an autodiff device, dropout draws its masks from the generator of the device.
    pub fn forward(&self, images: Tensor<2>) -> Tensor<2> {
        self.pass(images.into(), None)
    }

    /// The same for grey values from 0 (paper) to [`pixel_max`](Self::pixel_max) (ink). On the CPU
    /// they are fastest as bytes, [`DType::U8`](burn::tensor::DType).
    pub fn forward_greys(&self, images: Tensor<2, Int>) -> Tensor<2> {
        self.pass(images.into(), None)
    }

    /// A forward pass in training, with dropout masks from this seed alone. On other devices than
    /// flex, it seeds the generator of the device.
    pub fn forward_seeded(&self, images: impl Into<Pixels>, seed: u64) -> Tensor<2> {
        if self.dropout() > 0.0 {
            self.device().seed(seed);
        }
        self.pass(images.into(), Some(seed))
    }

    fn pass(&self, images: Pixels, seed: Option<u64>) -> Tensor<2> {
        let seed_of = |layer| seed.map(|seed| mixed(&[seed, layer]));
        let Some((first, others)) = self.blocks.split_first() else {
            return ops::linear(&self.output, images, self.pixel_max);
        };
        let x = first.activate(ops::linear(&first.linear, images, self.pixel_max), seed_of(0));
        let hidden = |x, (layer, block): (u64, &Block)| {
            block.activate(block.linear.forward(x), seed_of(layer))
        };
        self.output.forward((1..).zip(others).fold(x, hidden))
    }

    /// The prediction for a batch of images: `[batch, inputs]` (pixels from 0 to 1) →
    /// [`Prediction`].
    ///
    /// Dropout acts on an autodiff device only; predict on a plain one, or with
    /// [`valid`](burn::module::Module).
    pub fn predict(&self, images: Tensor<2>) -> Prediction {
        Prediction::of(self.forward(images))
    }

    /// The same network with this dropout in training, from 0 (none) to below 1: for a network that
    /// was loaded, to train it further. Dropout takes a place in PyTorch's `nn.Sequential`, and so
    /// changes the names in a file saved later.
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

    /// The same network for grey values up to this one, at least 1: a file of weights does not say.
    #[must_use]
    pub fn with_pixel_max(mut self, pixel_max: u8) -> Self {
        self.pixel_max = pixel_max;
        self
    }

    /// The probability of its dropout, from 0 (none) to below 1.
    pub fn dropout(&self) -> f64 {
        self.blocks.first().map_or(0.0, |block| block.dropout.prob)
    }

    /// The device that holds the weights.
    pub fn device(&self) -> Device {
        self.output.weight.device()
    }
}
