//! The multilayer perceptron: its layers, and how the tensors of a file show them. With Burn, its
//! description and its forward pass.

#[cfg(feature = "burn")]
mod config;
#[cfg(feature = "burn")]
mod module;

#[cfg(feature = "burn")]
pub use {config::MlpConfig, module::Mlp};

use super::{Mismatch, hidden};
use crate::{Layer, Layers, tensors::Tensors};

impl Layers {
    /// The layers of a multilayer perceptron: after each hidden linear layer an optional layer
    /// norm, a ReLU, and an optional dropout; then a linear layer to the logits.
    pub fn mlp(
        inputs: usize,
        hidden: &[usize],
        classes: usize,
        layer_norm: bool,
        dropout: bool,
    ) -> Self {
        Self::new(hidden::layers(inputs, hidden, classes, layer_norm, dropout))
    }
}

/// Reads the layers off the shapes of the tensors: an image is a row of pixels, whatever its width.
pub(super) fn recognize(
    tensors: &[Tensors],
    _image: Option<[usize; 2]>,
) -> Result<Layers, Mismatch> {
    let (mut linears, mut norms) = (Vec::new(), Vec::new());
    // The inputs, then the outputs of each layer.
    let mut widths: Vec<usize> = Vec::new();
    for Tensors { place, weight, bias } in tensors {
        let refuse = |found: &[usize], expected: String| {
            let text =
                format!("layer {place} has a tensor of shape {found:?}; expected {expected}");
            Err((*place, text))
        };
        let mut width = match (widths.last(), &weight[..]) {
            (Some(width), _) => *width,
            (None, [_, inputs]) if *inputs > 0 => *inputs,
            (None, _) => return refuse(weight, "[outputs, inputs]".to_owned()),
        };
        match weight[..] {
            [outputs, inputs] if inputs == width && outputs > 0 => {
                if widths.is_empty() {
                    widths.push(inputs);
                }
                linears.push(*place);
                widths.push(outputs);
                width = outputs;
            }
            [_, _] => return refuse(weight, format!("[outputs, {width}]")),
            [size] if size == width => norms.push(*place),
            _ => return refuse(weight, format!("[outputs, {width}] or [{width}]")),
        }
        if bias[..] != [width] {
            return refuse(bias, format!("[{width}]"));
        }
    }
    if linears.len() < 2 {
        let text = "the network has no hidden layer; expected at least one".to_owned();
        return Err((linears.last().copied().unwrap_or_default(), text));
    }
    check_order(&linears, &norms)?;
    Ok(in_places(&widths, &linears, &norms))
}

/// Refuses layer norms and ReLUs that do not stand where they should.
fn check_order(linears: &[usize], norms: &[usize]) -> Result<(), Mismatch> {
    // A layer norm stands right behind its hidden layer; every hidden layer has one, or none has.
    let normed: Vec<usize> = linears[..linears.len() - 1].iter().map(|place| place + 1).collect();
    if !norms.is_empty() && norms != normed {
        let text = format!(
            "layer norms at {norms:?}; expected one behind each hidden layer, at {normed:?}, or \
             none"
        );
        return Err((norms[0], text));
    }
    // An activation has no tensors, and so its place must be free.
    let ends = if norms.is_empty() { linears } else { norms };
    for (end, next) in ends.iter().zip(&linears[1..]) {
        if *next < end + 2 {
            let text = format!(
                "layers {end} and {next} leave no place for a ReLU between them; expected the \
                 second at {} or later",
                end + 2
            );
            return Err((*next, text));
        }
    }
    Ok(())
}

/// The layers with what stands between those that have tensors: in front of all, the image is
/// flattened; the first free place of a hidden layer is its ReLU's, others are its dropout's.
fn in_places(widths: &[usize], linears: &[usize], norms: &[usize]) -> Layers {
    let mut layers = vec![Layer::Flatten; linears[0]];
    for (index, place) in linears.iter().enumerate() {
        layers.resize(*place, Layer::Dropout);
        let (inputs, outputs) = (widths[index], widths[index + 1]);
        layers.push(Layer::Linear { inputs, outputs });
        if index + 1 < linears.len() {
            layers.extend(norms.get(index).map(|_| Layer::LayerNorm { units: outputs }));
            layers.push(Layer::Relu);
        }
    }
    Layers::new(layers)
}
