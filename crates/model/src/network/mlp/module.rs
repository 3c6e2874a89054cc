//! The forward pass of a multilayer perceptron, and its files.

use std::path::Path;

use burn::{
    module::Module,
    nn::{DropoutConfig, Linear},
    store::SafetensorsStoreError,
    tensor::{Device, Int, Tensor},
};

use super::{config::MlpConfig, recognize};
use crate::{
    Block, Layers, Pixels, Prediction, WeightsError, network,
    ops::{self, Activation},
    weights::{self, Reason},
};

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
        self.pass(images.into(), Some(seed))
    }

    /// The logits of images, `[batch, height, width]` (grey values); in training, with a seed.
    pub(crate) fn logits(&self, images: Tensor<3, Int>, seed: Option<u64>) -> Tensor<2> {
        self.pass(images.flatten::<2>(1, 2).into(), seed)
    }

    fn pass(&self, images: Pixels, seed: Option<u64>) -> Tensor<2> {
        if let Some(seed) = seed.filter(|_| self.dropout() > 0.0) {
            self.device().seed(seed);
        }
        let Some((first, others)) = self.blocks.split_first() else {
            return ops::first_linear(&self.output, images, self.pixel_max, Activation::Identity);
        };
        let x = first.forward_images(images, self.pixel_max, seed);
        let hidden = |x, (layer, block): (u64, &Block)| block.forward(x, layer, seed);
        ops::linear(&self.output, (1..).zip(others).fold(x, hidden), Activation::Identity)
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

    /// Its layers.
    pub fn layers(&self) -> Layers {
        self.config().layers()
    }

    /// The description of this network, but for its seed, which a network does not keep.
    pub fn config(&self) -> MlpConfig {
        let inputs = |linear: &Linear| linear.weight.dims()[0];
        MlpConfig::new()
            .with_inputs(inputs(self.blocks.first().map_or(&self.output, |block| &block.linear)))
            .with_classes(self.output.weight.dims()[1])
            .with_hidden(self.blocks.iter().map(|block| block.linear.weight.dims()[1]).collect())
            .with_pixel_max(self.pixel_max)
            .with_dropout(self.dropout())
            .with_layer_norm(self.blocks.iter().any(|block| block.norm.is_some()))
    }

    /// The weights as safetensors with PyTorch's names and layout: the same weights give the same
    /// bytes.
    ///
    /// # Errors
    /// The device failed.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, SafetensorsStoreError> {
        weights::to_safetensors(self, &self.layers())
    }

    /// Saves [`to_safetensors`](Self::to_safetensors) to a file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_safetensors(&self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        weights::save(path.as_ref(), self.to_safetensors())
    }

    /// Loads a network from a file of safetensors that [`save_safetensors`](Self::save_safetensors)
    /// or PyTorch wrote. The sizes of the layers, inputs and classes among them, and whether they
    /// are normalized, are read off the tensors. The network has no dropout, which acts in training
    /// alone: [`with_dropout`](Self::with_dropout).
    ///
    /// # Errors
    /// The file cannot be read, is no safetensors, or holds another kind of network.
    pub fn load_safetensors(path: impl AsRef<Path>, device: &Device) -> Result<Self, WeightsError> {
        weights::load(path.as_ref(), |bytes| Self::from_safetensors(bytes, device))
    }

    /// The same from the bytes of such a file, as `include_bytes!` compiles them into a program:
    ///
    /// ```
    /// # use burn::tensor::Device;
    /// # use model::{Mlp, MlpConfig};
    /// # let bytes = MlpConfig::new().init(&Device::default()).to_safetensors()?;
    /// let mlp = Mlp::from_safetensors(&bytes, &Device::default())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The bytes are no safetensors, or hold another kind of network.
    pub fn from_safetensors(bytes: &[u8], device: &Device) -> Result<Self, Reason> {
        let layers = network::layers(bytes, None, recognize)?;
        weights::of_file(MlpConfig::of(&layers).init(device), &layers, bytes)
    }
}
