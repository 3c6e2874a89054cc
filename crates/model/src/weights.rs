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
//! as it is, and a file that PyTorch wrote from such a network loads here. A convolutional network
//! is
//!
//! ```python
//! nn.Sequential(
//!     nn.Conv2d(1, 24, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(24, 32, 3), nn.ReLU(),
//!     nn.MaxPool2d(2), nn.Flatten(), nn.Linear(800, 256), nn.ReLU(), nn.Linear(256, 10)
//! )
//! ```
//!
//! in the same way. The file's metadata are `format = pt` and nothing else: the dropout
//! probability, which matters in training alone, is not in the file, and
//! [`Mlp::with_dropout`](crate::Mlp::with_dropout) sets it again. Nor is the size of the images,
//! which [`Cnn::load_safetensors`](crate::Cnn::load_safetensors) is given.

use std::{
    fs,
    path::{Path, PathBuf},
};

use burn::{
    module::Module,
    store::{
        BurnToPyTorchAdapter, KeyRemapper, ModuleSnapshot, PyTorchToBurnAdapter, SafetensorsStore,
        SafetensorsStoreError,
    },
};

use crate::{Layers, NotWeightsError, tensors::shown};

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

/// The weights of a network with these layers.
pub(crate) fn to_safetensors(
    network: &impl Module,
    layers: &Layers,
) -> Result<Vec<u8>, SafetensorsStoreError> {
    // One entry of metadata alone: several would be written in a different order each time.
    let mut store = SafetensorsStore::from_bytes(None)
        .clear_metadata()
        .metadata("format", "pt")
        .with_to_adapter(BurnToPyTorchAdapter)
        .remap(renaming(names(network, layers)));
    network.save_into(&mut store)?;
    store.get_bytes()
}

/// The network with the weights of this file, which has these layers.
pub(crate) fn of_file<M: Module>(
    mut network: M,
    layers: &Layers,
    bytes: &[u8],
) -> Result<M, Reason> {
    let names = names(&network, layers).into_iter().map(|(ours, theirs)| (theirs, ours));
    let mut store = SafetensorsStore::from_bytes(Some(bytes.to_vec()))
        .with_from_adapter(PyTorchToBurnAdapter)
        .remap(renaming(names.collect()));
    network.load_from(&mut store)?;
    Ok(network)
}

/// Writes a network to a file.
pub(crate) fn save(
    path: &Path,
    bytes: Result<Vec<u8>, SafetensorsStoreError>,
) -> Result<(), WeightsError> {
    let bytes = bytes.map_err(Reason::from);
    bytes.and_then(|bytes| Ok(fs::write(path, bytes)?)).map_err(at(path))
}

/// Reads a network from a file.
pub(crate) fn load<M>(
    path: &Path,
    from_bytes: impl FnOnce(&[u8]) -> Result<M, Reason>,
) -> Result<M, WeightsError> {
    let bytes = fs::read(path).map_err(Reason::from);
    bytes.and_then(|bytes| from_bytes(&bytes)).map_err(at(path))
}

/// What failed, with the file.
fn at(path: &Path) -> impl FnOnce(Reason) -> WeightsError {
    let path = path.to_owned();
    |reason| WeightsError { path, reason }
}

/// The path of each layer with tensors in the module, and its place in PyTorch's `nn.Sequential`:
/// the module has its parameters in the order of its layers.
fn names(network: &impl Module, layers: &Layers) -> Vec<(String, String)> {
    let tensors = network.collect(None, None, false);
    let mut paths: Vec<&str> =
        tensors.iter().filter_map(|tensor| Some(tensor.name.rsplit_once('.')?.0)).collect();
    paths.dedup();
    let places = layers.iter().filter(|(_, layer)| layer.shapes().is_some());
    let pairs = paths.iter().zip(places);
    pairs.map(|(path, (place, _))| ((*path).to_owned(), place.to_string())).collect()
}

fn renaming(pairs: Vec<(String, String)>) -> KeyRemapper {
    pairs.into_iter().fold(KeyRemapper::new(), |remapper, (from, to)| {
        let from = format!("^{}\\.", from.replace('.', "\\."));
        remapper.clone().add_pattern(from, format!("{to}.")).unwrap_or(remapper)
    })
}
