//! A linear layer with its activation, over values of any kind.
//!
//! The products are those of Burn. Biases and ReLU are applied to them in place, in one pass, where
//! Burn writes two more tensors; and the graph gets one operation in place of two.

use burn::backend::{
    Flex,
    autodiff::{
        checkpoint::base::Checkpointer,
        grads::Gradients,
        ops::{Backward, Ops},
    },
    ops::{FloatTensorOps, ModuleOps},
};
use pulp::{Arch, Simd, WithSimd};

use crate::{
    Activation,
    flex::{self, Floats},
    linear::column_sums,
};

/// The gradients of a layer's inputs, weights and biases.
#[derive(Debug)]
pub(crate) struct DenseBackward;

/// What the way back needs of a layer.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    x: Floats,
    weight: Floats,
    output: Option<Floats>,
}

impl Backward<Flex, 3> for DenseBackward {
    type State = Kept;

    fn backward(self, ops: Ops<Kept, 3>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let Kept { x, weight, output } = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node);
        let gradient = Activation::gradient(output.as_ref(), gradient);
        let [of_x, of_weight, of_bias] = ops.parents;
        if let Some(parent) = of_x {
            gradients
                .register::<Flex>(parent.id, Flex::linear_x_backward(weight, gradient.clone()));
        }
        if let Some(parent) = of_weight {
            gradients
                .register::<Flex>(parent.id, Flex::linear_weight_backward(x, gradient.clone()));
        }
        if let Some(parent) = of_bias {
            gradients.register::<Flex>(parent.id, column_sums(&gradient));
        }
    }
}

/// The activation of x W + b, and what the way back needs.
pub(crate) fn forward(
    x: Floats,
    weight: Floats,
    bias: &Floats,
    activation: Activation,
) -> (Floats, Kept) {
    let bias = flex::contiguous(bias);
    let products = Flex::float_matmul(x.clone(), weight.clone());
    let mut output = flex::into_contiguous(products);
    Arch::new().dispatch(Epilogue { rows: output.storage_mut(), bias: bias.storage(), activation });
    let kept = Kept { x, weight, output: activation.kept(&output) };
    (output, kept)
}

/// Adds the biases to each row, and applies the activation.
struct Epilogue<'a> {
    rows: &'a mut [f32],
    bias: &'a [f32],
    activation: Activation,
}

impl WithSimd for Epilogue<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for row in self.rows.chunks_exact_mut(self.bias.len()) {
            for (value, bias) in row.iter_mut().zip(self.bias) {
                *value = self.activation.at(*value + bias);
            }
        }
    }
}
