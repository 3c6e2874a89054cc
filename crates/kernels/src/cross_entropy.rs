//! The mean cross-entropy of a batch, with its gradient.

use burn::{
    backend::{
        Dispatch, Flex,
        autodiff::{
            checkpoint::base::Checkpointer,
            grads::Gradients,
            ops::{Backward, Ops},
        },
        tensor::IntTensor,
    },
    nn::loss::CrossEntropyLossConfig,
    tensor::{Int, Tensor},
};

use crate::{
    Kernels,
    flex::{self, Floats},
};

/// The mean over a batch of −log softmax(z)ₜ, `[1]`, with the logits z, `[batch, classes]`, and the
/// right class t of each row, `[batch]`: that of
/// [`CrossEntropyLoss`](burn::nn::loss::CrossEntropyLoss), which computes it on other backends and
/// without autodiff.
///
/// The gradient of z is (softmax(z) − 1ₜ) / batch (Bishop 2006, Pattern Recognition and Machine
/// Learning, equation 4.109). With gradients, Burn takes a dozen operations, each of which costs
/// more than its arithmetic; here it is one, which gives the gradient along with the loss.
///
/// # Panics
/// A right class is not below the number of classes.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    let device = logits.device();
    if !flex::is_supported(&device) || !device.is_autodiff() {
        return CrossEntropyLossConfig::new().init(&device).forward(logits, targets);
    }
    let (logits, targets) = (logits.into_dispatch(), targets.into_dispatch());
    Tensor::from_dispatch(<Dispatch as Kernels>::cross_entropy(logits, targets))
}

/// The mean loss, `[1]`; and the gradient of the logits, with its shape.
pub(crate) fn forward(logits: &Floats, targets: &IntTensor<Flex>) -> (Floats, Gradient) {
    let logits = flex::contiguous(logits);
    let shape = logits.layout().shape().dims();
    let targets: Vec<usize> = match targets.to_contiguous().as_slice::<i32>() {
        Some(targets) => targets.iter().map(|class| *class as usize).collect(),
        // Integers of a width that was chosen for the device.
        None => targets.clone().into_data().iter::<i64>().map(|class| class as usize).collect(),
    };
    let (loss, gradient) = loss(logits.storage(), &targets, shape);
    (flex::floats(vec![loss], [1]), (gradient, shape))
}

/// The gradient of the logits, and its shape.
type Gradient = (Vec<f32>, [usize; 2]);

/// The gradient of the logits.
#[derive(Debug)]
pub(crate) struct LossBackward;

impl Backward<Flex, 1> for LossBackward {
    type State = Gradient;

    fn backward(self, ops: Ops<Self::State, 1>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let of_loss = flex::contiguous(&gradients.consume::<Flex>(&ops.node));
        let (mut gradient, shape) = ops.state;
        for of_loss in of_loss.storage::<f32>() {
            gradient.iter_mut().for_each(|value| *value *= of_loss);
        }
        if let [Some(logits)] = ops.parents {
            gradients.register::<Flex>(logits.id, flex::floats(gradient, shape));
        }
    }
}

fn loss(logits: &[f32], targets: &[usize], [batch, classes]: [usize; 2]) -> (f32, Vec<f32>) {
    let share = 1.0 / batch as f32;
    let (mut loss, mut gradient) = (0.0, logits.to_vec());
    for (row, target) in gradient.chunks_exact_mut(classes).zip(targets) {
        // Without it, the exponential of a large logit would be infinite. A logit that is not a
        // number makes all else so.
        let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let of_target = row[*target] - max;
        let mut sum = 0.0;
        for value in row.iter_mut() {
            *value = (*value - max).exp();
            sum += *value;
        }
        loss += sum.ln() - of_target;
        row.iter_mut().for_each(|value| *value *= share / sum);
        row[*target] -= share;
    }
    (loss * share, gradient)
}
