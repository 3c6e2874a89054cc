//! The layers of a network as its file has them, read off the names and shapes of the tensors. This
//! does without Burn.

use std::fmt::Display;

use safetensors::{Dtype, SafeTensorError, SafeTensors};

/// Where the layers of a network stand in PyTorch's `nn.Sequential`, and their sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layers {
    /// The pixels of an image.
    pub inputs: usize,
    /// The sizes of the hidden layers, at least one.
    pub hidden: Vec<usize>,
    /// The classes to tell apart.
    pub classes: usize,
    /// The places of the linear layers, the last of which gives the logits. The one at place 3 has
    /// the tensors `3.weight`, shape `[outputs, inputs]`, and `3.bias`, shape `[outputs]`.
    pub linears: Vec<usize>,
    /// The place of each hidden layer's layer norm, whose tensors both have the shape `[outputs]`;
    /// empty if there are none.
    pub norms: Vec<usize>,
}

/// Why a file holds no weights of this kind of network. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum NotWeights {
    /// It is not safetensors, or is cut short.
    #[error("not a whole safetensors file: {}", shown(.0))]
    Format(#[from] SafeTensorError),
    /// It is safetensors, but not of this kind of network.
    #[error("{0}")]
    Network(String),
}

/// A tensor's place in the sequence, whether it is a weight (not a bias), and its shape.
type Found = (usize, bool, Vec<usize>);

impl Layers {
    /// The layers of the network that these bytes of a safetensors file hold.
    ///
    /// # Errors
    /// They are no safetensors, or hold another kind of network.
    pub fn read(bytes: &[u8]) -> Result<Self, NotWeights> {
        of_tensors(&tensors(bytes)?).map_err(NotWeights::Network)
    }

    /// The number of weights, biases, scales and shifts.
    pub fn num_parameters(&self) -> usize {
        let widths = [&[self.inputs], &self.hidden[..], &[self.classes]].concat();
        let linears: usize = widths.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
        let norms: usize = self.hidden.iter().take(self.norms.len()).map(|size| 2 * size).sum();
        linears + norms
    }
}

/// Text that may quote the file, in one line and not longer than anybody reads.
pub(crate) fn shown(text: &impl Display) -> String {
    const MOST: usize = 400;
    let characters = text.to_string();
    characters
        .chars()
        .take(MOST)
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect()
}

/// What the file holds, in the order of the places, weights before biases.
fn tensors(bytes: &[u8]) -> Result<Vec<Found>, NotWeights> {
    let file = SafeTensors::deserialize(bytes)?;
    let mut found = Vec::new();
    let mut named = file.iter().collect::<Vec<_>>();
    named.sort_by_key(|(name, _)| *name);
    for (name, tensor) in named {
        let Some((place, weight)) = place(name) else {
            return Err(NotWeights::Network(format!(
                "tensor {:?}: expected names like \"0.weight\" and \"0.bias\", as PyTorch's \
                 nn.Sequential gives them",
                shown(&name)
            )));
        };
        if tensor.dtype() != Dtype::F32 {
            return Err(NotWeights::Network(format!(
                "tensor {name:?} is {:?}; expected F32",
                tensor.dtype()
            )));
        }
        found.push((place, weight, tensor.shape().to_vec()));
    }
    found.sort_by_key(|(place, weight, _)| (*place, !weight));
    Ok(found)
}

/// The place that a tensor's name gives, and whether it is a weight.
fn place(name: &str) -> Option<(usize, bool)> {
    let (text, kind) = name.split_once('.')?;
    let weight = match kind {
        "weight" => true,
        "bias" => false,
        _ => return None,
    };
    let place: usize = text.parse().ok()?;
    (place.to_string() == text).then_some((place, weight))
}

/// Reads the layers off the shapes of the tensors.
fn of_tensors(tensors: &[Found]) -> Result<Layers, String> {
    let refuse = |place: usize, expected: String, found: &[usize]| {
        Err(format!("layer {place} has a tensor of shape {found:?}; expected {expected}"))
    };
    let (mut linears, mut norms) = (Vec::new(), Vec::new());
    // The inputs, then the outputs of each layer.
    let mut widths: Vec<usize> = Vec::new();
    for layer in tensors.chunk_by(|a, b| a.0 == b.0) {
        let place = layer[0].0;
        let [(_, true, weight), (_, false, bias)] = layer else {
            return Err(format!("layer {place} lacks its weight or its bias"));
        };
        let mut width = match (widths.last(), &weight[..]) {
            (Some(width), _) => *width,
            (None, [_, inputs]) if *inputs > 0 => *inputs,
            (None, _) => return refuse(place, "[outputs, inputs]".to_owned(), weight),
        };
        match weight[..] {
            [outputs, inputs] if inputs == width && outputs > 0 => {
                if widths.is_empty() {
                    widths.push(inputs);
                }
                linears.push(place);
                widths.push(outputs);
                width = outputs;
            }
            [_, _] => return refuse(place, format!("[outputs, {width}]"), weight),
            [size] if size == width => norms.push(place),
            _ => return refuse(place, format!("[outputs, {width}] or [{width}]"), weight),
        }
        if bias[..] != [width] {
            return refuse(place, format!("[{width}]"), bias);
        }
    }
    match &widths[..] {
        [inputs, hidden @ .., classes] if !hidden.is_empty() => {
            let layers = Layers {
                inputs: *inputs,
                hidden: hidden.to_vec(),
                classes: *classes,
                linears,
                norms,
            };
            layers.in_order()
        }
        _ => Err("the network has no hidden layer; expected at least one".to_owned()),
    }
}

impl Layers {
    /// The same layers, if layer norms and ReLUs stand where they should.
    fn in_order(self) -> Result<Self, String> {
        // A layer norm stands right behind its hidden layer; every hidden layer has one, or none
        // has.
        let normed: Vec<usize> =
            self.linears[..self.hidden.len()].iter().map(|place| place + 1).collect();
        if !self.norms.is_empty() && self.norms != normed {
            return Err(format!(
                "layer norms at {:?}; expected one behind each hidden layer, at {normed:?}, or \
                 none",
                self.norms
            ));
        }
        // An activation has no tensors, and so its place must be free.
        let ends = if self.norms.is_empty() { &self.linears } else { &self.norms };
        for (end, next) in ends.iter().zip(&self.linears[1..]) {
            if *next < end + 2 {
                return Err(format!(
                    "layers {end} and {next} leave no place for a ReLU between them; expected the \
                     second at {} or later",
                    end + 2
                ));
            }
        }
        Ok(self)
    }
}
