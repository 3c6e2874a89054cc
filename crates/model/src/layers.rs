//! The layers of a network, in order: the one description from which its shapes, the names of its
//! weights, its number of parameters, its ONNX form and its script on a web page follow. It does
//! without Burn.

use std::fmt::{self, Display};

use safetensors::{Dtype, SafeTensorError, SafeTensors};

/// A layer. Shapes of tensors are those of PyTorch, and of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Its name, for a script that computes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Flatten => "flatten",
            Self::Linear { .. } => "linear",
            Self::LayerNorm { .. } => "layerNorm",
            Self::Relu => "relu",
            Self::Dropout => "dropout",
        }
    }

    /// The shapes of its weight and its bias; none if it has neither.
    pub fn shapes(&self) -> Option<(Vec<usize>, Vec<usize>)> {
        match *self {
            Self::Linear { inputs, outputs } => Some((vec![outputs, inputs], vec![outputs])),
            Self::LayerNorm { units } => Some((vec![units], vec![units])),
            Self::Flatten | Self::Relu | Self::Dropout => None,
        }
    }
}

/// The layers of a network, from pixels to logits. The place of a layer, counted from 0, is its
/// place in PyTorch's `nn.Sequential`, which names its tensors: the layer at place 3 has `3.weight`
/// and `3.bias`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layers(Vec<Layer>);

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
        let mut layers = Vec::new();
        let mut width = inputs;
        for units in hidden.iter().copied() {
            layers.push(Layer::Linear { inputs: width, outputs: units });
            layers.extend(layer_norm.then_some(Layer::LayerNorm { units }));
            layers.push(Layer::Relu);
            layers.extend(dropout.then_some(Layer::Dropout));
            width = units;
        }
        layers.push(Layer::Linear { inputs: width, outputs: classes });
        Self(layers)
    }

    /// The layers of the network that these bytes of a safetensors file hold.
    ///
    /// # Errors
    /// They are no safetensors, or hold another kind of network.
    pub fn read(bytes: &[u8]) -> Result<Self, NotWeightsError> {
        of_tensors(&tensors(bytes)?).map_err(NotWeightsError::Network)
    }

    /// Each layer with its place.
    pub fn iter(&self) -> impl Iterator<Item = (usize, Layer)> {
        self.0.iter().copied().enumerate()
    }

    /// The pixels of an image.
    pub fn inputs(&self) -> usize {
        self.linear_sizes().first().copied().unwrap_or_default()
    }

    /// The sizes of the hidden layers.
    pub fn hidden(&self) -> Vec<usize> {
        match &self.linear_sizes()[..] {
            [_, hidden @ .., _] => hidden.to_vec(),
            _ => Vec::new(),
        }
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.linear_sizes().last().copied().unwrap_or_default()
    }

    /// Whether hidden layers are normalized.
    pub fn has_layer_norm(&self) -> bool {
        self.0.iter().any(|layer| matches!(layer, Layer::LayerNorm { .. }))
    }

    /// The number of weights, biases, scales and shifts.
    pub fn num_parameters(&self) -> usize {
        let shapes = self.0.iter().filter_map(Layer::shapes);
        shapes.map(|(w, b)| w.iter().product::<usize>() + b.iter().product::<usize>()).sum()
    }

    /// The inputs, then the outputs of each linear layer.
    fn linear_sizes(&self) -> Vec<usize> {
        let mut sizes = Vec::new();
        for layer in &self.0 {
            if let Layer::Linear { inputs, outputs } = *layer {
                sizes.extend(sizes.is_empty().then_some(inputs));
                sizes.push(outputs);
            }
        }
        sizes
    }
}

/// The sizes of the layers: `784-256-128-10`.
impl Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes: Vec<String> = self.linear_sizes().iter().map(usize::to_string).collect();
        f.write_str(&sizes.join("-"))
    }
}

/// Why a file holds no weights of this kind of network. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum NotWeightsError {
    /// It is not safetensors, or is cut short.
    #[error("not a whole safetensors file: {}", shown(.0))]
    Format(#[from] SafeTensorError),
    /// It is safetensors, but not of this kind of network.
    #[error("{0}")]
    Network(String),
}

/// A tensor's place in the sequence, whether it is a weight (not a bias), and its shape.
type Found = (usize, bool, Vec<usize>);

/// Text that may quote the file, in one line of at most 400 characters.
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
fn tensors(bytes: &[u8]) -> Result<Vec<Found>, NotWeightsError> {
    let file = SafeTensors::deserialize(bytes)?;
    let mut found = Vec::new();
    let mut named = file.iter().collect::<Vec<_>>();
    named.sort_by_key(|(name, _)| *name);
    for (name, tensor) in named {
        let Some((place, weight)) = place(name) else {
            return Err(NotWeightsError::Network(format!(
                "tensor {:?}: expected names like \"0.weight\" and \"0.bias\", as PyTorch's \
                 nn.Sequential gives them",
                shown(&name)
            )));
        };
        if tensor.dtype() != Dtype::F32 {
            return Err(NotWeightsError::Network(format!(
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
        [_, _, _, ..] => {
            check_order(&linears, &norms)?;
            Ok(in_places(&widths, &linears, &norms))
        }
        _ => Err("the network has no hidden layer; expected at least one".to_owned()),
    }
}

/// Refuses layer norms and ReLUs that do not stand where they should.
fn check_order(linears: &[usize], norms: &[usize]) -> Result<(), String> {
    // A layer norm stands right behind its hidden layer; every hidden layer has one, or none has.
    let normed: Vec<usize> = linears[..linears.len() - 1].iter().map(|place| place + 1).collect();
    if !norms.is_empty() && norms != normed {
        return Err(format!(
            "layer norms at {norms:?}; expected one behind each hidden layer, at {normed:?}, or \
             none"
        ));
    }
    // An activation has no tensors, and so its place must be free.
    let ends = if norms.is_empty() { linears } else { norms };
    for (end, next) in ends.iter().zip(&linears[1..]) {
        if *next < end + 2 {
            return Err(format!(
                "layers {end} and {next} leave no place for a ReLU between them; expected the \
                 second at {} or later",
                end + 2
            ));
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
    Layers(layers)
}
