//! The operations that extend Burn's backends, after Burn's own pattern for custom operations: a
//! trait that is implemented for flex, and for autodiff over flex with any checkpointing strategy.

use burn::backend::{
    Autodiff, Backend, Flex,
    autodiff::{
        checkpoint::strategy::CheckpointStrategy,
        ops::{Backward, OpsKind},
    },
    backend_extension,
    tensor::{FloatTensor, IntTensor},
};

use crate::{
    Activation, convolution, cross_entropy, dense, dropout, dropout::Mask, layer_norm, linear,
    sparse::SparseRows,
};

/// A backend with kernels. The functions of this crate call it on flex alone.
#[backend_extension(Flex, Autodiff)]
pub trait Kernels: Backend {
    /// The activation of x W + b with values x `[batch, inputs]`, weights W `[inputs, units]` and
    /// biases b `[units]`: `[batch, units]`.
    fn dense_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self>;

    /// The same of images x. They get no gradient.
    fn sparse_linear(
        images: SparseRows,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self>;

    /// Max pooling of 2x2 over the ReLU of a convolution of images x, `[batch, channels, height,
    /// width]`, with weights `[filters, channels, kernel, kernel]`, biases `[filters]` and zeros
    /// around each image: `[batch, filters, rows, columns]`.
    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        padding: usize,
    ) -> FloatTensor<Self>;

    /// The activation of each row of x, `[batch, units]`, normalized, then scaled by γ and shifted
    /// by β, `[units]`.
    fn layer_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f32,
        activation: Activation,
    ) -> FloatTensor<Self>;

    /// x with a mask on it, `[batch, units]`.
    fn dropout(x: FloatTensor<Self>, mask: Mask) -> FloatTensor<Self>;

    /// The mean cross-entropy, `[1]`, of logits `[batch, classes]` and right classes `[batch]`.
    fn cross_entropy(logits: FloatTensor<Self>, targets: IntTensor<Self>) -> FloatTensor<Self>;
}

impl Kernels for Flex {
    fn dense_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        dense::forward(x, weight, &bias, activation).0
    }

    fn sparse_linear(
        images: SparseRows,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        linear::forward(&images, &weight, &bias, activation)
    }

    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        padding: usize,
    ) -> FloatTensor<Self> {
        convolution::forward(&x, &weight, &bias, padding).0
    }

    fn layer_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f32,
        activation: Activation,
    ) -> FloatTensor<Self> {
        layer_norm::forward(&x, &gamma, &beta, epsilon, activation).0
    }

    fn dropout(x: FloatTensor<Self>, mask: Mask) -> FloatTensor<Self> {
        mask.on(x)
    }

    fn cross_entropy(logits: FloatTensor<Self>, targets: IntTensor<Self>) -> FloatTensor<Self> {
        cross_entropy::forward(&logits, &targets).0
    }
}

impl<C: CheckpointStrategy> Kernels for Autodiff<Flex, C> {
    fn dense_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        recorded::<C, _, 3>(dense::DenseBackward, [x, weight, bias], |[x, weight, bias]| {
            dense::forward(x, weight, &bias, activation)
        })
    }

    fn sparse_linear(
        images: SparseRows,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        recorded::<C, _, 2>(linear::LinearBackward, [weight, bias], |[weight, bias]| {
            let output = linear::forward(&images, &weight, &bias, activation);
            let kept = activation.kept(&output);
            (output, (images, kept))
        })
    }

    fn convolution(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        padding: usize,
    ) -> FloatTensor<Self> {
        let inputs = [x, weight, bias];
        recorded::<C, _, 3>(convolution::ConvolutionBackward, inputs, |[x, weight, bias]| {
            convolution::forward(&x, &weight, &bias, padding)
        })
    }

    fn layer_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f32,
        activation: Activation,
    ) -> FloatTensor<Self> {
        recorded::<C, _, 3>(layer_norm::NormBackward, [x, gamma, beta], |[x, gamma, beta]| {
            let (output, normalized) = layer_norm::forward(&x, &gamma, &beta, epsilon, activation);
            let kept = activation.kept(&output);
            (output, (normalized, gamma, kept))
        })
    }

    fn dropout(x: FloatTensor<Self>, mask: Mask) -> FloatTensor<Self> {
        recorded::<C, _, 1>(dropout::DropoutBackward, [x], |[x]| (mask.on(x), mask))
    }

    fn cross_entropy(logits: FloatTensor<Self>, targets: IntTensor<Self>) -> FloatTensor<Self> {
        recorded::<C, _, 1>(cross_entropy::LossBackward, [logits], |[logits]| {
            cross_entropy::forward(&logits, &targets)
        })
    }
}

/// Computes an operation and puts it into the graph of its inputs: its output, with what the way
/// back needs. Tensors that nothing else holds can be changed in place.
fn recorded<C: CheckpointStrategy, O: Backward<Flex, N>, const N: usize>(
    operation: O,
    inputs: [FloatTensor<Autodiff<Flex>>; N],
    compute: impl FnOnce([FloatTensor<Flex>; N]) -> (FloatTensor<Flex>, O::State),
) -> FloatTensor<Autodiff<Flex>> {
    let step = operation.prepare::<C>(inputs.each_ref().map(|input| input.node()));
    let (output, state) = compute(inputs.map(|input| input.into_primitive()));
    match step.compute_bound().stateful() {
        OpsKind::Tracked(step) => step.finish(state, output),
        OpsKind::UnTracked(step) => step.finish(output),
    }
}
