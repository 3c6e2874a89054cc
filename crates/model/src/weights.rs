//! Weights as safetensors that PyTorch takes.
//!
//! The tensors are named and laid out as those of the equivalent PyTorch network,
//!
//! ```python
//! nn.Sequential(
//!     nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)
//! )
//! ```
//!
//! with an `nn.LayerNorm` after, and an `nn.Dropout` at the end of, each hidden block that has one:
//! `0.weight` is `[256, 784]`, `load_state_dict(safetensors.torch.load_file(path))` takes the file
//! as it is, and a file that PyTorch wrote from such a network loads here. The file's metadata are
//! `format = pt` and nothing else: the dropout probability, which matters in training alone, is not
//! in the file. [`Mlp::with_dropout`] sets it again.

use std::path::{Path, PathBuf};

use burn::{
    store::{
        BurnToPyTorchAdapter, KeyRemapper, ModuleSnapshot, PyTorchToBurnAdapter, SafetensorsStore,
        SafetensorsStoreError,
    },
    tensor::Device,
};

use crate::{
    Mlp, MlpConfig,
    layers::{Layer, Layers, NotWeightsError, shown},
};

/// Why weights could not be saved or loaded. Its text is one line: the file, and the reason.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct WeightsError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with weights. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// The file cannot be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The file is no safetensors, is cut short, or holds another kind of network.
    #[error(transparent)]
    NotWeights(#[from] NotWeightsError),
    /// Burn or the device failed.
    #[error("{}", shown(.0))]
    Store(#[from] SafetensorsStoreError),
}

impl Mlp {
    /// The weights as safetensors with PyTorch's names and layout: the same weights give the same
    /// bytes.
    ///
    /// # Errors
    /// The device failed.
    pub fn to_safetensors(&self) -> Result<Vec<u8>, SafetensorsStoreError> {
        // One entry of metadata alone: several would be written in a different order each time.
        let mut store = SafetensorsStore::from_bytes(None)
            .clear_metadata()
            .metadata("format", "pt")
            .with_to_adapter(BurnToPyTorchAdapter)
            .remap(renaming(names(&self.layers())));
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

    /// Loads a network from a file of safetensors that [`save_safetensors`](Self::save_safetensors)
    /// or PyTorch wrote. The sizes of the layers, inputs and classes among them, and whether they
    /// are normalized, are read off the tensors. The network has no dropout, which acts in training
    /// alone: [`with_dropout`](Self::with_dropout).
    ///
    /// # Errors
    /// The file cannot be read, is no safetensors, or holds another kind of network.
    pub fn load_safetensors(path: impl AsRef<Path>, device: &Device) -> Result<Self, WeightsError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|error| at(path, error.into()))?;
        Self::from_safetensors(&bytes, device).map_err(|reason| at(path, reason))
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
        let layers = Layers::read(bytes)?;
        let mut mlp = MlpConfig::new()
            .with_inputs(layers.inputs())
            .with_classes(layers.classes())
            .with_hidden(layers.hidden())
            .with_layer_norm(layers.has_layer_norm())
            .init(device);
        let reversed = names(&layers).into_iter().map(|(ours, theirs)| (theirs, ours)).collect();
        let mut store = SafetensorsStore::from_bytes(Some(bytes.to_vec()))
            .with_from_adapter(PyTorchToBurnAdapter)
            .remap(renaming(reversed));
        mlp.load_from(&mut store)?;
        Ok(mlp)
    }
}

fn at(path: &Path, reason: Reason) -> WeightsError {
    WeightsError { path: path.to_owned(), reason }
}

/// The path of each layer in our module, and its place in PyTorch's `nn.Sequential`.
fn names(layers: &Layers) -> Vec<(String, String)> {
    let hidden = layers.hidden().len();
    let mut linears = 0;
    let name = |(place, layer): (usize, Layer)| {
        let ours = match layer {
            Layer::Linear { .. } => {
                linears += 1;
                if linears > hidden {
                    "output".to_owned()
                } else {
                    format!("blocks.{}.linear", linears - 1)
                }
            }
            Layer::LayerNorm { .. } => format!("blocks.{}.norm", linears - 1),
            Layer::Flatten | Layer::Relu | Layer::Dropout => return None,
        };
        Some((ours, place.to_string()))
    };
    layers.iter().filter_map(name).collect()
}

fn renaming(pairs: Vec<(String, String)>) -> KeyRemapper {
    pairs.into_iter().fold(KeyRemapper::new(), |remapper, (from, to)| {
        let from = format!("^{}\\.", from.replace('.', "\\."));
        remapper.clone().add_pattern(from, format!("{to}.")).unwrap_or(remapper)
    })
}
