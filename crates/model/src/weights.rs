//! Weights as safetensors that PyTorch takes.
//!
//! The tensors are named and laid out as those of the equivalent PyTorch network,
//!
//! ```python
//! nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
//! ```
//!
//! with an `nn.LayerNorm` after, and an `nn.Dropout` at the end of, each hidden block that has one: `0.weight` is
//! `[256, 784]`, `load_state_dict(safetensors.torch.load_file(path))` takes the file as it is, and a file that PyTorch
//! wrote from such a network loads here. The dropout probability is not in the file: it matters in training alone.

use std::path::{Path, PathBuf};

use burn::{
    store::{
        BurnToPyTorchAdapter, KeyRemapper, ModuleSnapshot, ModuleStore, PyTorchToBurnAdapter, SafetensorsStore,
        SafetensorsStoreError,
    },
    tensor::Device,
};

use crate::{Mlp, MlpConfig};

/// Why weights could not be saved or loaded. Its text is one line: the file, and the reason.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct WeightsError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with a weights file.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// It cannot be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// It is not safetensors, is cut short, or cannot be written.
    #[error("{}", shown(&.0.to_string()))]
    Store(#[from] SafetensorsStoreError),
    /// It is safetensors, but not of this kind of network.
    #[error("{0}")]
    Network(String),
}

impl Mlp {
    /// The weights as safetensors with PyTorch's names and layout: the same weights give the same bytes.
    ///
    /// # Errors
    /// The device failed.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, SafetensorsStoreError> {
        // One entry of metadata alone: several would be written in a different order each time.
        let mut store = SafetensorsStore::from_bytes(None)
            .clear_metadata()
            .metadata("format", "pt")
            .with_to_adapter(BurnToPyTorchAdapter)
            .remap(renaming(Names::of(self).pairs()));
        self.save_into(&mut store)?;
        store.get_bytes()
    }

    /// Saves [`to_safetensors`](Self::to_safetensors) to a file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_safetensors(&self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        let path = path.as_ref();
        let bytes = self.to_safetensors().map_err(|error| at(path, error.into()))?;
        std::fs::write(path, bytes).map_err(|error| at(path, error.into()))
    }

    /// Loads a network from safetensors that [`save_safetensors`](Self::save_safetensors) or PyTorch wrote. The sizes
    /// of the layers, inputs and classes among them, and whether they are normalized, are read off the tensors. The network has no dropout, which
    /// acts in training alone.
    ///
    /// # Errors
    /// The file cannot be read, is no safetensors, or holds another kind of network.
    pub fn load_safetensors(path: impl AsRef<Path>, device: &Device) -> Result<Self, WeightsError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|error| at(path, error.into()))?;
        Self::from_safetensors(bytes, device).map_err(|reason| at(path, reason))
    }

    fn from_safetensors(bytes: Vec<u8>, device: &Device) -> Result<Self, Reason> {
        let tensors = tensors(&bytes)?;
        let (config, names) = network(&tensors)?;
        let reversed = names.pairs().into_iter().map(|(ours, theirs)| (theirs, ours)).collect();
        let mut store =
            SafetensorsStore::from_bytes(Some(bytes)).with_from_adapter(PyTorchToBurnAdapter).remap(renaming(reversed));
        let mut mlp = config.init(device);
        mlp.load_from(&mut store)?;
        Ok(mlp)
    }
}

/// Text that may quote the file, in one line and not longer than anybody reads.
fn shown(text: &str) -> String {
    const MOST: usize = 400;
    text.chars().take(MOST).map(|character| if character.is_control() { ' ' } else { character }).collect()
}

fn at(path: &Path, reason: Reason) -> WeightsError {
    WeightsError { path: path.to_owned(), reason }
}

/// At which place of PyTorch's `nn.Sequential` each layer stands.
#[derive(Debug, Default)]
struct Names {
    linears: Vec<usize>,
    norms: Vec<usize>,
}

impl Names {
    fn of(mlp: &Mlp) -> Self {
        let mut names = Self::default();
        let mut place = 0;
        for block in &mlp.blocks {
            names.linears.push(place);
            if block.norm.is_some() {
                place += 1;
                names.norms.push(place);
            }
            place += if block.dropout.prob > 0.0 { 3 } else { 2 };
        }
        names.linears.push(place);
        names
    }

    /// Our module's path and PyTorch's, layer by layer.
    fn pairs(&self) -> Vec<(String, String)> {
        let hidden = self.linears.len() - 1;
        let linears = self.linears.iter().enumerate().map(|(layer, place)| {
            let ours = if layer < hidden { format!("blocks.{layer}.linear") } else { "output".to_owned() };
            (ours, place.to_string())
        });
        let norms =
            self.norms.iter().enumerate().map(|(layer, place)| (format!("blocks.{layer}.norm"), place.to_string()));
        linears.chain(norms).collect()
    }
}

fn renaming(pairs: Vec<(String, String)>) -> KeyRemapper {
    pairs.into_iter().fold(KeyRemapper::new(), |remapper, (from, to)| {
        let from = format!("^{}\\.", from.replace('.', "\\."));
        remapper.clone().add_pattern(from, format!("{to}.")).unwrap_or(remapper)
    })
}

/// A tensor's place in the sequence, whether it is a weight (not a bias), and its shape.
type Found = (usize, bool, Vec<usize>);

/// What the file holds, in the order of the places, weights before biases.
fn tensors(bytes: &[u8]) -> Result<Vec<Found>, Reason> {
    let mut store = SafetensorsStore::from_bytes(Some(bytes.to_vec()));
    let mut found = Vec::new();
    for (name, tensor) in store.get_all_tensors()? {
        let place = name.split_once('.').and_then(|(place, kind)| {
            let weight = match kind {
                "weight" => true,
                "bias" => false,
                _ => return None,
            };
            Some((place.parse().ok()?, weight))
        });
        let Some((place, weight)) = place else {
            return Err(Reason::Network(format!(
                "tensor {:?}: expected names like \"0.weight\" and \"0.bias\", as PyTorch's nn.Sequential gives them",
                shown(name)
            )));
        };
        if tensor.dtype != burn::tensor::DType::F32 {
            return Err(Reason::Network(format!("tensor {name:?} is {:?}; expected F32", tensor.dtype)));
        }
        found.push((place, weight, tensor.shape.to_vec()));
    }
    found.sort_by_key(|(place, weight, _)| (*place, !weight));
    Ok(found)
}

/// Reads the network's description off the shapes of its tensors.
fn network(tensors: &[Found]) -> Result<(MlpConfig, Names), Reason> {
    let refuse = |place: usize, expected: String, found: &[usize]| {
        Err(Reason::Network(format!("layer {place} has a tensor of shape {found:?}; expected {expected}")))
    };
    let mut names = Names::default();
    // The inputs, then the outputs of each layer.
    let mut widths: Vec<usize> = Vec::new();
    for layer in tensors.chunk_by(|a, b| a.0 == b.0) {
        let place = layer[0].0;
        let [(_, true, weight), (_, false, bias)] = layer else {
            return Err(Reason::Network(format!("layer {place} lacks its weight or its bias")));
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
                names.linears.push(place);
                widths.push(outputs);
                width = outputs;
            }
            [_, _] => return refuse(place, format!("[outputs, {width}]"), weight),
            [size] if size == width => names.norms.push(place),
            _ => return refuse(place, format!("[outputs, {width}] or [{width}]"), weight),
        }
        if bias[..] != [width] {
            return refuse(place, format!("[{width}]"), bias);
        }
    }
    let (inputs, hidden, classes) = match &widths[..] {
        [inputs, hidden @ .., classes] if !hidden.is_empty() => (inputs, hidden, classes),
        _ => return Err(Reason::Network("the network has no hidden layer; expected at least one".to_owned())),
    };
    // A layer norm stands right behind its hidden layer; every hidden layer has one, or none has.
    let normed: Vec<usize> = names.linears[..hidden.len()].iter().map(|place| place + 1).collect();
    if !names.norms.is_empty() && names.norms != normed {
        return Err(Reason::Network(format!(
            "layer norms at {:?}; expected one behind each hidden layer, at {normed:?}, or none",
            names.norms
        )));
    }
    // An activation has no tensors, and so its place must be free.
    for (end, next) in
        (if names.norms.is_empty() { &names.linears } else { &names.norms }).iter().zip(&names.linears[1..])
    {
        if *next < end + 2 {
            return Err(Reason::Network(format!(
                "layers {end} and {next} leave no place for a ReLU between them; expected the second at {} or later",
                end + 2
            )));
        }
    }
    let config = MlpConfig::new()
        .with_inputs(*inputs)
        .with_classes(*classes)
        .with_hidden(hidden.to_vec())
        .with_layer_norm(!names.norms.is_empty());
    Ok((config, names))
}
