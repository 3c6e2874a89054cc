//! The layers of a network, in order: the one description from which its shapes, the names of its
//! weights, its number of parameters, its ONNX form and its script on a web page follow. It does
//! without Burn.

use std::fmt::{self, Display};

use serde::Serialize;

#[cfg(feature = "onnx")]
use crate::{
    EPSILON,
    onnx::{Attribute, Operator},
};
use crate::{network, tensors::NotWeightsError};

/// A layer. Shapes of tensors are those of PyTorch, and of files. A web page gets it as JSON, with
/// its kind: `{"kind":"linear","inputs":784,"outputs":256}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Layer {
    /// An image as a row of pixels.
    Flatten,
    /// `[batch, inputs]` → `[batch, outputs]`: weight `[outputs, inputs]`, bias `[outputs]`.
    Linear {
        /// Columns of the weight.
        inputs: usize,
        /// Rows of the weight.
        outputs: usize,
    },
    /// Rows of mean 0 and variance 1, then scaled and shifted: weight and bias `[units]`.
    LayerNorm {
        /// Values in a row.
        units: usize,
    },
    /// Negative values become 0.
    Relu,
    /// Zeroes values in training, and does nothing afterwards.
    Dropout,
}

impl Layer {
    /// The shapes of its weight and its bias; none if it has neither.
    pub fn shapes(&self) -> Option<(Vec<usize>, Vec<usize>)> {
        match *self {
            Self::Linear { inputs, outputs } => Some((vec![outputs, inputs], vec![outputs])),
            Self::LayerNorm { units } => Some((vec![units], vec![units])),
            Self::Flatten | Self::Relu | Self::Dropout => None,
        }
    }

    /// The shapes of its input and its output, for one image; none if they are the same.
    pub fn ends(&self) -> Option<(Vec<usize>, Vec<usize>)> {
        match *self {
            Self::Linear { inputs, outputs } => Some((vec![inputs], vec![outputs])),
            Self::Flatten | Self::LayerNorm { .. } | Self::Relu | Self::Dropout => None,
        }
    }

    /// What computes it in ONNX; none if it does nothing after training.
    #[cfg(feature = "onnx")]
    pub(crate) fn operator(&self) -> Option<Operator> {
        let (kind, name, attributes) = match self {
            // The weight is [outputs, inputs].
            Self::Linear { .. } => ("Gemm", "linear", vec![Attribute::whole("transB", 1)]),
            Self::LayerNorm { .. } => {
                let epsilon = Attribute::number("epsilon", EPSILON as f32);
                ("LayerNormalization", "norm", vec![epsilon])
            }
            Self::Relu => ("Relu", "relu", Vec::new()),
            Self::Flatten | Self::Dropout => return None,
        };
        Some(Operator { kind, name, attributes })
    }
}

/// The layers of a network, from pixels to logits. The place of a layer, counted from 0, is its
/// place in PyTorch's `nn.Sequential`, which names its tensors: the layer at place 3 has `3.weight`
/// and `3.bias`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Layers(Vec<Layer>);

impl Layers {
    /// These layers.
    pub(crate) fn new(layers: Vec<Layer>) -> Self {
        Self(layers)
    }

    /// The layers of the network that these bytes of a safetensors file hold.
    ///
    /// # Errors
    /// They are no safetensors, or hold no network of this crate.
    pub fn read(bytes: &[u8]) -> Result<Self, NotWeightsError> {
        Ok(network::recognize(bytes)?.1)
    }

    /// Each layer with its place.
    pub fn iter(&self) -> impl Iterator<Item = (usize, Layer)> {
        self.0.iter().copied().enumerate()
    }

    /// The shape of an image as the first layer takes it.
    pub fn input(&self) -> Vec<usize> {
        self.ends().next().map(|(input, _)| input).unwrap_or_default()
    }

    /// The pixels of an image.
    pub fn inputs(&self) -> usize {
        self.input().iter().product()
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.ends().last().map_or(0, |(_, output)| output.iter().product())
    }

    /// The number of weights, biases, scales and shifts.
    pub fn num_parameters(&self) -> usize {
        let shapes = self.0.iter().filter_map(Layer::shapes);
        shapes.map(|(w, b)| w.iter().product::<usize>() + b.iter().product::<usize>()).sum()
    }

    /// The number of values that all layers with weights put out for an image.
    pub fn num_outputs(&self) -> usize {
        self.ends().map(|(_, output)| output.iter().product::<usize>()).sum()
    }

    fn ends(&self) -> impl Iterator<Item = (Vec<usize>, Vec<usize>)> {
        self.0.iter().filter_map(Layer::ends)
    }
}

/// The sizes of the layers: `784-256-128-10`.
impl Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.inputs())?;
        self.ends().try_for_each(|(_, output)| write!(f, "-{}", output.iter().product::<usize>()))
    }
}
