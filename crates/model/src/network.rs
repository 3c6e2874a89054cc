//! The networks that can be trained. Another one is a file in `network/`, and a variant of the
//! enums here: the compiler shows each function that needs it.

mod cnn;
mod hidden;
mod mlp;

#[cfg(feature = "burn")]
pub use {
    cnn::{Cnn, CnnConfig, SMALLEST_SIDE},
    hidden::Block,
    mlp::{Mlp, MlpConfig},
};

#[cfg(feature = "burn")]
use std::path::Path;

#[cfg(feature = "burn")]
use burn::{
    module::Module,
    store::{ModuleRecord, RecordError, SafetensorsStoreError},
    tensor::{Device, Int, Tensor},
};

use crate::{
    Layers, Metadata, NotWeightsError,
    tensors::{self, Tensors},
};
#[cfg(feature = "burn")]
use crate::{Prediction, WeightsError, weights};

/// A kind of network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Mlp,
    Cnn,
}

/// Each kind, with the function that recognizes it.
const RECOGNIZERS: [(Kind, Recognize); 2] =
    [(Kind::Mlp, mlp::recognize), (Kind::Cnn, cnn::recognize)];

/// The layers that the tensors of a file show, if they are those of a certain network for images of
/// this width and height. Without these, the tensors decide.
type Recognize = fn(&[Tensors], Option<[usize; 2]>) -> Result<Layers, Mismatch>;

/// The place of the first layer of a file that does not fit a network, and why, in one line.
pub(crate) type Mismatch = (usize, String);

/// The network that these bytes of a safetensors file hold.
///
/// # Errors
/// They are no safetensors, or hold no network of this crate: the error is that of the network
/// which fits furthest.
pub(crate) fn recognize(bytes: &[u8]) -> Result<(Kind, Layers), NotWeightsError> {
    let tensors = tensors::read(bytes)?;
    let image = Metadata::read(bytes)?.images.map(|images| [images.width, images.height]);
    let mut mismatches = Vec::new();
    for (kind, recognize) in RECOGNIZERS {
        match recognize(&tensors, image) {
            Ok(layers) => return Ok((kind, layers)),
            Err(mismatch) => mismatches.push(mismatch),
        }
    }
    // Of several that fit as far, the first of the list.
    let closest = mismatches.into_iter().rev().max_by_key(|(place, _)| *place);
    Err(NotWeightsError::Network(closest.unwrap_or_default().1))
}

/// The layers of the network of a certain kind in these bytes of a safetensors file.
#[cfg(feature = "burn")]
fn layers(
    bytes: &[u8],
    image: Option<[usize; 2]>,
    recognize: Recognize,
) -> Result<Layers, NotWeightsError> {
    let refused = |(_, text)| NotWeightsError::Network(text);
    recognize(&tensors::read(bytes)?, image).map_err(refused)
}

/// The description of a network.
#[cfg(feature = "burn")]
#[derive(Debug, Clone, PartialEq)]
pub enum NetworkConfig {
    /// A multilayer perceptron.
    Mlp(MlpConfig),
    /// A convolutional network.
    Cnn(CnnConfig),
}

#[cfg(feature = "burn")]
impl NetworkConfig {
    fn of(kind: Kind, layers: &Layers, pixel_max: u8) -> Self {
        match kind {
            Kind::Mlp => Self::Mlp(MlpConfig::of(layers).with_pixel_max(pixel_max)),
            Kind::Cnn => Self::Cnn(CnnConfig::of(layers).with_pixel_max(pixel_max)),
        }
    }

    /// The layers of the network.
    pub fn layers(&self) -> Layers {
        match self {
            Self::Mlp(config) => config.layers(),
            Self::Cnn(config) => config.layers(),
        }
    }

    /// The network with initial weights.
    ///
    /// # Panics
    /// A size or a probability is impossible.
    pub fn init(&self, device: &Device) -> Network {
        match self {
            Self::Mlp(config) => Network::Mlp(config.init(device)),
            Self::Cnn(config) => Network::Cnn(config.init(device)),
        }
    }
}

/// A network. It maps images, shape `[batch, height, width]`, whose grey values go from 0 (paper)
/// to the largest of the network (ink), to logits, shape `[batch, classes]`.
#[cfg(feature = "burn")]
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "a program has one network or two, and no list")]
pub enum Network {
    /// A multilayer perceptron, for which an image is a row of pixels.
    Mlp(Mlp),
    /// A convolutional network.
    Cnn(Cnn),
}

#[cfg(feature = "burn")]
impl Network {
    fn logits(&self, images: Tensor<3, Int>, seed: Option<u64>) -> Tensor<2> {
        match self {
            Self::Mlp(mlp) => mlp.logits(images, seed),
            Self::Cnn(cnn) => cnn.pass(images.into(), seed),
        }
    }

    /// The logits of a batch: `[batch, height, width]` (grey values) → `[batch, classes]`.
    pub fn forward(&self, images: Tensor<3, Int>) -> Tensor<2> {
        self.logits(images, None)
    }

    /// The same in training, with masks of dropout that are a function of this seed alone.
    pub fn forward_seeded(&self, images: Tensor<3, Int>, seed: u64) -> Tensor<2> {
        self.logits(images, Some(seed))
    }

    /// The prediction for a batch of images: `[batch, height, width]` (grey values).
    pub fn predict(&self, images: Tensor<3, Int>) -> Prediction {
        Prediction::of(self.forward(images))
    }

    /// Its layers.
    pub fn layers(&self) -> Layers {
        match self {
            Self::Mlp(mlp) => mlp.layers(),
            Self::Cnn(cnn) => cnn.layers(),
        }
    }

    /// The device that holds the weights.
    pub fn device(&self) -> Device {
        match self {
            Self::Mlp(mlp) => mlp.device(),
            Self::Cnn(cnn) => cnn.device(),
        }
    }

    /// The record of its weights in Burn's own format, with the identities that tie an optimizer's
    /// state to them; the names in it are those of the variant.
    pub fn into_record(self) -> ModuleRecord {
        match self {
            Self::Mlp(mlp) => mlp.into_record(),
            Self::Cnn(cnn) => cnn.into_record(),
        }
    }

    /// The same network with the weights of a record.
    ///
    /// # Errors
    /// The record is not of a network like this.
    pub fn try_load_record(self, record: ModuleRecord) -> Result<Self, RecordError> {
        match self {
            Self::Mlp(mlp) => mlp.try_load_record(record).map(Self::Mlp),
            Self::Cnn(cnn) => cnn.try_load_record(record).map(Self::Cnn),
        }
    }

    /// The weights as safetensors with PyTorch's names and layout: the same weights give the same
    /// bytes.
    ///
    /// # Errors
    /// The device failed.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, SafetensorsStoreError> {
        weights::to_safetensors(self, &self.layers())
    }

    /// Loads the network of a file of safetensors. Its kind and its sizes are those in the file;
    /// its grey values go up to `pixel_max`, at least 1. If the file does not say for which images
    /// it is, those of a convolutional network are taken to be square, and as small as they can be
    /// without padding: 28x28 pixels for MNIST.
    ///
    /// # Errors
    /// The file cannot be read, is no safetensors, or holds no such network.
    pub fn load_safetensors(
        path: impl AsRef<Path>,
        pixel_max: u8,
        device: &Device,
    ) -> Result<Self, WeightsError> {
        weights::load(path.as_ref(), |bytes| {
            let (kind, layers) = recognize(bytes)?;
            let network = NetworkConfig::of(kind, &layers, pixel_max).init(device);
            weights::of_file(network, &layers, bytes)
        })
    }
}
