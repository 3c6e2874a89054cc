//! The mean cross-entropy of a batch, with its gradient.

use burn::backend::{
    Flex,
    autodiff::{
        checkpoint::base::Checkpointer,
        grads::Gradients,
        ops::{Backward, Ops},
    },
    tensor::IntTensor,
};

use crate::flex::{self, Floats};

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
