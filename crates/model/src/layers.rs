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
    /// An image, or the values of an image in several channels, as a row.
    Flatten,
    /// Each filter slides over the image: `[batch, channels, height, width]` → `[batch, filters,
    /// rows, columns]`, with weight `[filters, channels, kernel, kernel]` and bias `[filters]`.
    /// Rows are `height + 2 padding − kernel + 1`, columns likewise.
    Convolution {
        /// Values of a pixel: 1 for grey images.
        channels: usize,
        /// Rows before.
        height: usize,
        /// Columns before.
        width: usize,
        /// Values of a pixel afterwards.
        filters: usize,
        /// Rows and columns of a filter.
        kernel: usize,
        /// Zeros on each side of the image.
        padding: usize,
    },
    /// The largest of each 2x2 values; an odd last row or column is left out: `[batch, channels,
    /// height, width]` → `[batch, channels, height / 2, width / 2]`.
    MaxPool {
        /// Values of a pixel.
        channels: usize,
        /// Rows before.
        height: usize,
        /// Columns before.
        width: usize,
    },
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
            Self::Convolution { channels, filters, kernel, .. } => {
                Some((vec![filters, channels, kernel, kernel], vec![filters]))
            }
            Self::LayerNorm { units } => Some((vec![units], vec![units])),
            Self::MaxPool { .. } | Self::Flatten | Self::Relu | Self::Dropout => None,
        }
    }

    /// The shapes of its input and its output, for one image; none if they have the same values.
    pub fn ends(&self) -> Option<(Vec<usize>, Vec<usize>)> {
        match *self {
            Self::Linear { inputs, outputs } => Some((vec![inputs], vec![outputs])),
            Self::Convolution { channels, height, width, filters, kernel, padding } => {
                let [rows, columns] = [height, width].map(|side| convolved(side, kernel, padding));
                Some((vec![channels, height, width], vec![filters, rows, columns]))
            }
            Self::MaxPool { channels, height, width } => {
                Some((vec![channels, height, width], vec![channels, height / 2, width / 2]))
            }
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
            Self::Convolution { padding, .. } => {
                ("Conv", "convolution", vec![Attribute::list("pads", &[*padding as i64; 4])])
            }
            Self::MaxPool { .. } => {
                let attributes =
                    ["kernel_shape", "strides"].map(|name| Attribute::list(name, &[2; 2]));
                ("MaxPool", "pool", attributes.to_vec())
            }
            Self::Flatten => ("Flatten", "flatten", Vec::new()),
            Self::Relu => ("Relu", "relu", Vec::new()),
            Self::Dropout => return None,
        };
        Some(Operator { kind, name, attributes })
    }

    /// Its part of the name of a network: `256`, `24C5` for 24 filters of 5x5, `MP2` for a pooling
    /// of 2x2.
    fn short_name(&self) -> Option<String> {
        match self {
            Self::Linear { outputs, .. } => Some(outputs.to_string()),
            Self::Convolution { filters, kernel, .. } => Some(format!("{filters}C{kernel}")),
            Self::MaxPool { .. } => Some("MP2".to_owned()),
            Self::Flatten | Self::LayerNorm { .. } | Self::Relu | Self::Dropout => None,
        }
    }
}

/// The rows or columns of an image behind a convolution.
pub(crate) fn convolved(side: usize, kernel: usize, padding: usize) -> usize {
    side.saturating_add(2 * padding + 1).saturating_sub(kernel)
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

    /// The sizes of the hidden linear layers.
    #[cfg(feature = "burn")]
    pub(crate) fn hidden(&self) -> Vec<usize> {
        let outputs = |layer: &Layer| match layer {
            Layer::Linear { outputs, .. } => Some(*outputs),
            _ => None,
        };
        let mut hidden: Vec<usize> = self.0.iter().filter_map(outputs).collect();
        hidden.pop();
        hidden
    }

    /// Whether a layer normalizes.
    #[cfg(feature = "burn")]
    pub(crate) fn has_layer_norm(&self) -> bool {
        self.0.iter().any(|layer| matches!(layer, Layer::LayerNorm { .. }))
    }

    /// Each layer with its place.
    pub fn iter(&self) -> impl Iterator<Item = (usize, Layer)> {
        self.0.iter().copied().enumerate()
    }

    /// The shape of an image as the first layer takes it: `[inputs]`, or `[1, height, width]`.
    pub fn input(&self) -> Vec<usize> {
        self.ends().next().map(|(input, _)| input).unwrap_or_default()
    }

    /// The pixels of an image.
    pub fn inputs(&self) -> usize {
        self.input().iter().product()
    }

    /// Whether the network takes images of this size. To one that begins with a linear layer, only
    /// the number of pixels matters.
    pub fn takes(&self, width: usize, height: usize) -> bool {
        match self.input()[..] {
            [_, rows, columns] => (rows, columns) == (height, width),
            _ => width.checked_mul(height) == Some(self.inputs()),
        }
    }

    /// Whether it has convolutions.
    pub fn is_convolutional(&self) -> bool {
        self.0.iter().any(|layer| matches!(layer, Layer::Convolution { .. }))
    }

    /// The images that it takes, in words: `28x28 pixels`, or `784 pixels` of any width.
    pub fn images(&self) -> String {
        match self.input()[..] {
            [_, height, width] => format!("{width}x{height} pixels"),
            _ => format!("{} pixels", self.inputs()),
        }
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

    /// The number of values that all linear layers, convolutions and poolings put out for an image.
    pub fn num_outputs(&self) -> usize {
        self.ends().map(|(_, output)| output.iter().product::<usize>()).sum()
    }

    /// The number of multiplications that all linear layers and convolutions take for an image.
    pub fn num_multiplications(&self) -> usize {
        let of_layer = |layer: &Layer| match *layer {
            Layer::Linear { inputs, outputs } => inputs * outputs,
            Layer::Convolution { channels, kernel, .. } => {
                let values = layer.ends().map_or(0, |(_, output)| output.iter().product());
                values * channels * kernel * kernel
            }
            _ => 0,
        };
        self.0.iter().map(of_layer).sum()
    }

    fn ends(&self) -> impl Iterator<Item = (Vec<usize>, Vec<usize>)> {
        self.0.iter().filter_map(Layer::ends)
    }
}

/// The sizes of the layers: `784-256-128-10`, or, after Cireşan et al. 2012
/// (<https://arxiv.org/abs/1202.2745>), `28x28-24C5-MP2-32C3-MP2-256-10` with convolutions of 5x5
/// and 3x3 and poolings of 2x2.
impl Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.input()[..] {
            [_, height, width] => write!(f, "{width}x{height}")?,
            _ => write!(f, "{}", self.inputs())?,
        }
        self.0.iter().filter_map(Layer::short_name).try_for_each(|name| write!(f, "-{name}"))
    }
}
