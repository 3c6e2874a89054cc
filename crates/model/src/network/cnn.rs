//! The convolutional network: its layers, and how the tensors of a file show them. With Burn, its
//! description and its forward pass.

#[cfg(feature = "burn")]
mod config;
#[cfg(feature = "burn")]
mod module;

#[cfg(feature = "burn")]
pub use {config::CnnConfig, module::Cnn};

use super::{Mismatch, hidden, mlp};
use crate::{Layer, Layers, layers::convolved, tensors::Tensors};

/// The smallest width and height of its images, in pixels.
pub const SMALLEST_SIDE: usize = 8;
/// The rows and columns of a filter of the first convolution, and of the second.
const KERNELS: [usize; 2] = [5, 3];
/// The places of the convolutions, and the first place for a hidden layer: behind each convolution
/// are a ReLU and a max pooling, behind all of them is a flattening.
const PLACES: [usize; 2] = [0, 3];
const HIDDEN: usize = 7;

impl Layers {
    /// The layers of a convolutional network for images of this width and height, at least
    /// [`SMALLEST_SIDE`]: two convolutions, of 5x5 and 3x3, each with a ReLU and a max pooling of
    /// 2x2; then, as in the multilayer perceptron, hidden layers with an optional layer norm, a
    /// ReLU and an optional dropout, and a linear layer to the logits.
    pub fn cnn(
        [width, height]: [usize; 2],
        filters: [usize; 2],
        hidden: &[usize],
        classes: usize,
        layer_norm: bool,
        dropout: bool,
    ) -> Self {
        let (mut layers, inputs) = convolutions(width, height, filters);
        layers.extend(hidden::layers(inputs, hidden, classes, layer_norm, dropout));
        Self::new(layers)
    }
}

/// The zeros on each side of the inputs of the convolutions: none, unless the image has fewer than
/// 12 pixels in a row or a column, of which the layers behind would leave nothing.
fn paddings(width: usize, height: usize) -> [usize; 2] {
    const UNPADDED: usize = 12;
    let first = if width.min(height) < UNPADDED { KERNELS[0] / 2 } else { 0 };
    [first, 0]
}

/// The layers in front of the hidden ones, and the number of values that they put out.
fn convolutions(mut width: usize, mut height: usize, filters: [usize; 2]) -> (Vec<Layer>, usize) {
    let paddings = paddings(width, height);
    let (mut layers, mut channels) = (Vec::with_capacity(HIDDEN), 1);
    for ((filters, kernel), padding) in filters.into_iter().zip(KERNELS).zip(paddings) {
        layers.push(Layer::Convolution { channels, height, width, filters, kernel, padding });
        [height, width] = [height, width].map(|side| convolved(side, kernel, padding));
        layers.extend([Layer::Relu, Layer::MaxPool { channels: filters, height, width }]);
        [height, width] = [height, width].map(|side| side / 2);
        channels = filters;
    }
    layers.push(Layer::Flatten);
    (layers, channels.saturating_mul(height).saturating_mul(width))
}

/// Reads the layers off the shapes of the tensors, which do not tell the width and height of the
/// images: if nothing else does, these are square, and as small as they can be without padding.
pub(super) fn recognize(
    tensors: &[Tensors],
    image: Option<[usize; 2]>,
) -> Result<Layers, Mismatch> {
    let (convolved, rest) = tensors.split_at(tensors.len().min(PLACES.len()));
    let mut filters = [1; PLACES.len()];
    for (index, place) in PLACES.into_iter().enumerate() {
        let channels = if index == 0 { 1 } else { filters[index - 1] };
        filters[index] = filters_of(convolved.get(index), place, channels, KERNELS[index])?;
    }
    let behind = rest.first().map_or(HIDDEN, |tensors| tensors.place);
    if behind < HIDDEN {
        let text = format!(
            "layer {behind} is the first hidden one; expected it at {HIDDEN} or later, behind a \
             ReLU, a pooling and a flattening"
        );
        return Err((behind, text));
    }
    let hidden = mlp::recognize(rest, None).map_err(|(place, text)| (place.max(HIDDEN), text))?;
    let [width, height] = image.unwrap_or([smallest(hidden.inputs(), filters[1]); 2]);
    let (mut layers, values) = convolutions(width, height, filters);
    if values != hidden.inputs() || width.min(height) < SMALLEST_SIDE {
        let text = format!(
            "layer {behind} takes {} values; expected {values}, as of images of {width}x{height} \
             pixels",
            hidden.inputs()
        );
        return Err((behind, text));
    }
    layers.extend(hidden.iter().skip(HIDDEN).map(|(_, layer)| layer));
    Ok(Layers::new(layers))
}

/// The filters of the convolution that these tensors are expected to be.
fn filters_of(
    tensors: Option<&Tensors>,
    expected: usize,
    channels: usize,
    kernel: usize,
) -> Result<usize, Mismatch> {
    let Some(Tensors { place, weight, bias }) = tensors else {
        let text = format!("the network has no layer {expected}; expected two convolutions");
        return Err((expected, text));
    };
    // A weight of four dimensions fits no other network.
    let fits = if weight.len() == 4 { place + 1 } else { *place };
    match (&weight[..], &bias[..]) {
        ([filters, found @ ..], [biases])
            if *filters > 0
                && found == [channels, kernel, kernel]
                && biases == filters
                && *place == expected =>
        {
            Ok(*filters)
        }
        _ => {
            let text = format!(
                "layer {place} has tensors of shapes {weight:?} and {bias:?}; expected [filters, \
                 {channels}, {kernel}, {kernel}] and [filters] in layer {expected}"
            );
            Err((fits, text))
        }
    }
}

/// The width and height of the smallest square images that are not padded, and of which the
/// poolings leave this many values.
fn smallest(values: usize, filters: usize) -> usize {
    let before = |side: usize, kernel: usize| 2 * side + kernel - 1;
    let side = (values / filters).isqrt();
    KERNELS.into_iter().rev().fold(side, before)
}
