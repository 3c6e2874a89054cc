//! Tensors of the flex backend, seen from inside.

use burn::{
    backend::{
        Autodiff, DispatchDevice, Flex, GradientCheckpointingStrategy,
        autodiff::checkpoint::strategy::{BalancedCheckpointing, NoCheckpointing},
        tensor::{FloatTensor, IntTensor},
    },
    tensor::{Device, Float, Int, Tensor, TensorData},
};

/// A tensor as flex holds it.
pub(crate) type Floats = FloatTensor<Flex>;

/// Whether the device is one for which these kernels were written; on others, Burn's own operations
/// are used.
pub fn is_supported(device: &Device) -> bool {
    matches!(device.clone().inner().as_dispatch(), DispatchDevice::Flex(_))
}

/// The tensor as flex holds it, if flex holds it, outside a graph.
pub(crate) fn plain<const D: usize>(tensor: Tensor<D>) -> Option<Floats> {
    tensor.try_into_primitive::<Flex>().ok()
}

/// The opposite of [`plain`].
pub(crate) fn from_plain<const D: usize>(floats: Floats) -> Tensor<D> {
    Tensor::<D, Float>::from_primitive::<Flex>(floats)
}

/// The tensor as flex holds it, if flex holds it and it takes no gradient.
pub(crate) fn constant<const D: usize>(tensor: &Tensor<D>) -> Option<Floats> {
    let strategy = tensor.device().gradient_checkpointing_strategy();
    let tensor = tensor.clone();
    let in_graph = match strategy {
        None => return plain(tensor),
        Some(GradientCheckpointingStrategy::Disabled) => {
            tensor.try_into_primitive::<Autodiff<Flex, NoCheckpointing>>().ok()
        }
        Some(GradientCheckpointingStrategy::Balanced) => {
            tensor.try_into_primitive::<Autodiff<Flex, BalancedCheckpointing>>().ok()
        }
    };
    in_graph.filter(|tensor| !tensor.is_tracked()).map(|tensor| tensor.into_primitive())
}

/// Integers as flex holds them, if flex holds them. They are never in a graph.
pub(crate) fn integers<const D: usize>(tensor: &Tensor<D, Int>) -> Option<IntTensor<Flex>> {
    let tensor = tensor.clone();
    let tensor = if tensor.device().is_autodiff() { tensor.inner() } else { tensor };
    tensor.try_into_primitive::<Flex>().ok()
}

/// A tensor of these values.
pub(crate) fn floats<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Floats {
    Floats::from_data(TensorData::new(values, shape))
}

/// A tensor that is the only one to hold its values, if it was before.
pub(crate) fn into_contiguous(tensor: Floats) -> Floats {
    if tensor.is_contiguous() && tensor.layout().start_offset() == 0 {
        tensor
    } else {
        tensor.to_contiguous()
    }
}

/// The same tensor, its values one after the other in the order of rows.
pub(crate) fn contiguous(tensor: &Floats) -> Floats {
    tensor.to_contiguous()
}
