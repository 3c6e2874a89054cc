//! Tensors of the flex backend, seen from inside.

use burn::{
    backend::{
        Autodiff, DispatchDevice, Flex,
        autodiff::{
            checkpoint::strategy::NoCheckpointing,
            ops::{Backward, OpsKind},
        },
        tensor::{FloatTensor, IntTensor},
    },
    tensor::{Device, Float, Int, Tensor, TensorData},
};

/// A tensor as flex holds it.
pub(crate) type Floats = FloatTensor<Flex>;
/// The same, with its place in the graph of what was computed.
pub(crate) type Tracked = FloatTensor<Autodiff<Flex>>;

/// Whether the device is one for which these kernels were written; on others, the plain formulas
/// are used.
pub fn is_supported(device: &Device) -> bool {
    matches!(device.clone().inner().as_dispatch(), DispatchDevice::Flex(_))
}

/// The tensor as flex holds it, if flex holds it and no gradient is asked for.
pub(crate) fn plain<const D: usize>(tensor: Tensor<D>) -> Option<Floats> {
    tensor.try_into_primitive::<Flex>().ok()
}

/// The tensor as flex holds it, if flex holds it and it may need a gradient.
pub(crate) fn tracked<const D: usize>(tensor: Tensor<D>) -> Option<Tracked> {
    tensor.try_into_primitive::<Autodiff<Flex>>().ok()
}

/// The numbers of classes as flex holds them, if flex holds them beside a graph.
pub(crate) fn classes(tensor: Tensor<1, Int>) -> Option<IntTensor<Flex>> {
    tensor.try_into_primitive::<Autodiff<Flex>>().ok()
}

/// The opposite of [`plain`].
pub(crate) fn from_plain<const D: usize>(floats: Floats) -> Tensor<D> {
    Tensor::<D, Float>::from_primitive::<Flex>(floats)
}

/// The opposite of [`tracked`].
pub(crate) fn from_tracked<const D: usize>(floats: Tracked) -> Tensor<D> {
    Tensor::<D, Float>::from_primitive::<Autodiff<Flex>>(floats)
}

/// What an operation makes of its inputs: the output, which takes its place in their graph, and
/// what the way back needs to know. Tensors that nobody else holds can be changed in place.
pub(crate) fn recorded<O: Backward<Flex, N>, const N: usize>(
    operation: O,
    inputs: [Tracked; N],
    compute: impl FnOnce([Floats; N]) -> (Floats, O::State),
) -> Tracked {
    let step = operation.prepare::<NoCheckpointing>(inputs.each_ref().map(|input| input.node()));
    let (output, state) = compute(inputs.map(|input| input.into_primitive()));
    match step.compute_bound().stateful() {
        OpsKind::Tracked(step) => step.finish(state, output),
        OpsKind::UnTracked(step) => step.finish(output),
    }
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
