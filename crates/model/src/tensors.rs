//! The tensors of a file of weights: where they stand in PyTorch's `nn.Sequential`, and their
//! shapes.

use std::fmt::Display;

use safetensors::{Dtype, SafeTensorError, SafeTensors};

/// Why a file holds no weights of a network of this crate. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum NotWeightsError {
    /// It is not safetensors, or is cut short.
    #[error("not a whole safetensors file: {}", shown(.0))]
    Format(#[from] SafeTensorError),
    /// It is safetensors, but not of such a network.
    #[error("{0}")]
    Network(String),
}

/// More layers than any network has: a limit to the list that a damaged name can ask for.
const MOST: usize = 10_000;

/// The tensors of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tensors {
    /// The place of the layer.
    pub place: usize,
    /// The shape of its weight.
    pub weight: Vec<usize>,
    /// The shape of its bias.
    pub bias: Vec<usize>,
}

/// The tensors of each layer that has any, in the order of the places.
///
/// # Errors
/// The bytes are no safetensors, or hold tensors of other names or types.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Tensors>, NotWeightsError> {
    let file = SafeTensors::deserialize(bytes)?;
    let mut named: Vec<_> = file.iter().collect();
    named.sort_by_key(|(name, _)| *name);
    let mut found = Vec::new();
    for (name, tensor) in named {
        let reason = match (place(name), tensor.dtype()) {
            (Some((place, is_bias)), Dtype::F32) if is_finite(tensor.data()) => {
                found.push((place, is_bias, tensor.shape().to_vec()));
                continue;
            }
            (Some(_), Dtype::F32) => format!(
                "tensor {name:?} has values that are not finite, as of a training that diverged"
            ),
            (Some(_), other) => format!("tensor {name:?} is {other:?}; expected F32"),
            (None, _) => format!(
                "tensor {:?}: expected names like \"0.weight\" and \"0.bias\", as PyTorch's \
                 nn.Sequential gives them",
                shown(&name)
            ),
        };
        return Err(NotWeightsError::Network(reason));
    }
    found.sort_by_key(|(place, is_bias, _)| (*place, *is_bias));
    found.chunk_by(|a, b| a.0 == b.0).map(of_layer).collect()
}

/// Whether no value is infinite or not a number: a network with such weights predicts nothing.
fn is_finite(data: &[u8]) -> bool {
    data.as_chunks().0.iter().all(|value| f32::from_le_bytes(*value).is_finite())
}

/// The tensors of one layer, of those found at its place.
fn of_layer(found: &[(usize, bool, Vec<usize>)]) -> Result<Tensors, NotWeightsError> {
    match found {
        [(place, false, weight), (_, true, bias)] => {
            Ok(Tensors { place: *place, weight: weight.clone(), bias: bias.clone() })
        }
        others => {
            let reason = format!("layer {} lacks its weight or its bias", others[0].0);
            Err(NotWeightsError::Network(reason))
        }
    }
}

/// The place that a tensor's name gives, and whether it is a bias.
fn place(name: &str) -> Option<(usize, bool)> {
    let (text, kind) = name.split_once('.')?;
    let is_bias = match kind {
        "weight" => false,
        "bias" => true,
        _ => return None,
    };
    let place: usize = text.parse().ok()?;
    (place.to_string() == text && place < MOST).then_some((place, is_bias))
}

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
