//! The networks that can be trained. Another one is a variant here, and a file of its own.

use std::path::Path;

use burn::{
    module::Module,
    store::{ModuleRecord, RecordError, SafetensorsStoreError},
    tensor::{Device, Int, Tensor},
};

use crate::{Layers, Mlp, MlpConfig, Prediction, WeightsError};

/// The description of a network.
#[derive(Debug, Clone, PartialEq)]
pub enum NetworkConfig {
    /// A multilayer perceptron.
    Mlp(MlpConfig),
}

impl NetworkConfig {
    /// The network with initial weights.
    ///
    /// # Panics
    /// A size or a probability is impossible.
    pub fn init(&self, device: &Device) -> Network {
        match self {
            Self::Mlp(config) => Network::Mlp(config.init(device)),
        }
    }
}

/// A network. It maps images, shape `[batch, height, width]`, whose grey values go from 0 (paper)
/// to the largest of the network (ink), to logits, shape `[batch, classes]`.
#[derive(Module, Debug)]
pub enum Network {
    /// A multilayer perceptron, for which an image is a row of pixels.
    Mlp(Mlp),
}

impl Network {
    /// The logits of a batch: `[batch, height, width]` (grey values) → `[batch, classes]`.
    pub fn forward(&self, images: Tensor<3, Int>) -> Tensor<2> {
        match self {
            Self::Mlp(mlp) => mlp.forward_greys(images.flatten(1, 2)),
        }
    }

    /// The same in training, with masks of dropout that are a function of this seed alone.
    pub fn forward_seeded(&self, images: Tensor<3, Int>, seed: u64) -> Tensor<2> {
        match self {
            Self::Mlp(mlp) => mlp.forward_seeded(images.flatten::<2>(1, 2), seed),
        }
    }

    /// The prediction for a batch of images: `[batch, height, width]` (grey values).
    pub fn predict(&self, images: Tensor<3, Int>) -> Prediction {
        Prediction::of(self.forward(images))
    }

    /// Its layers.
    pub fn layers(&self) -> Layers {
        match self {
            Self::Mlp(mlp) => mlp.layers(),
        }
    }

    /// The device that holds the weights.
    pub fn device(&self) -> Device {
        match self {
            Self::Mlp(mlp) => mlp.device(),
        }
    }

    /// The weights as safetensors with PyTorch's names and layout: the same weights give the same
    /// bytes.
    ///
    /// # Errors
    /// The device failed.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, SafetensorsStoreError> {
        match self {
            Self::Mlp(mlp) => mlp.to_safetensors(),
        }
    }

    /// Loads the network of a file of safetensors. Its kind and its sizes are those in the file;
    /// its grey values go up to `pixel_max`, at least 1.
    ///
    /// # Errors
    /// The file cannot be read, is no safetensors, or holds no such network.
    pub fn load_safetensors(
        path: impl AsRef<Path>,
        pixel_max: u8,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        Ok(Self::Mlp(Mlp::load_safetensors(path, device)?.with_pixel_max(pixel_max)))
    }

    /// The record of its weights in Burn's own format, with the identities that tie an optimizer's
    /// state to them; the names in it are those of the variant.
    pub fn into_record(self) -> ModuleRecord {
        match self {
            Self::Mlp(mlp) => mlp.into_record(),
        }
    }

    /// The same network with the weights of a record.
    ///
    /// # Errors
    /// The record is not of a network like this.
    pub fn try_load_record(self, record: ModuleRecord) -> Result<Self, RecordError> {
        match self {
            Self::Mlp(mlp) => mlp.try_load_record(record).map(Self::Mlp),
        }
    }
}
