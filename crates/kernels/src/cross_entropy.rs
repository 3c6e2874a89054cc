//! The mean cross-entropy of a batch, with its gradient.

use burn::{
    backend::{
        Flex,
        autodiff::{
            checkpoint::base::Checkpointer,
            grads::Gradients,
            ops::{Backward, Ops},
        },
    },
    nn::loss::CrossEntropyLossConfig,
    tensor::{Int, Tensor},
};

use crate::flex;

/// The mean over a batch of −log softmax(z)ₜ, with the logits z, `[batch, classes]`, and the right
/// class t of each row, `[batch]`: `[1]`, what
/// [`CrossEntropyLoss`](burn::nn::loss::CrossEntropyLoss) computes, which this calls where no
/// gradients are asked for, or not on flex.
///
/// The gradient of z is (softmax(z) − 1ₜ) / batch (Bishop 2006, Pattern Recognition and Machine
/// Learning, equation 4.109). With gradients, Burn takes a dozen operations, each of which costs
/// more than what it computes; here it is one, which has the gradient as soon as it has the loss.
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    tracked(logits.clone(), targets.clone()).unwrap_or_else(|| {
        CrossEntropyLossConfig::new().init(&logits.device()).forward(logits, targets)
    })
}

fn tracked(logits: Tensor<2>, targets: Tensor<1, Int>) -> Option<Tensor<1>> {
    let (logits, targets) = (flex::tracked(logits)?, flex::classes(targets)?);
    let values = flex::contiguous(logits.primitive());
    let shape = values.layout().shape().dims();
    let (loss, gradient) = loss(values.storage(), targets.as_slice()?, shape)?;
    let loss = flex::floats(vec![loss], [1]);
    Some(flex::from_tracked(flex::recorded(LossBackward, [logits], |_| (loss, (gradient, shape)))))
}

/// What the logits add to what is made of the loss.
#[derive(Debug)]
struct LossBackward;

impl Backward<Flex, 1> for LossBackward {
    /// The gradient of the logits, and its shape.
    type State = (Vec<f32>, [usize; 2]);

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

/// The mean loss and the gradient of the logits; none if a target is no class.
fn loss(logits: &[f32], targets: &[i32], [batch, classes]: [usize; 2]) -> Option<(f32, Vec<f32>)> {
    let share = 1.0 / batch as f32;
    let (mut loss, mut gradient) = (0.0, logits.to_vec());
    for (row, target) in gradient.chunks_exact_mut(classes).zip(targets) {
        let target = usize::try_from(*target).ok()?;
        // Without it, the exponential of a large logit would be infinite. A logit that is not a
        // number makes all else so.
        let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let of_target = *row.get(target)? - max;
        let mut sum = 0.0;
        for value in row.iter_mut() {
            *value = (*value - max).exp();
            sum += *value;
        }
        loss += sum.ln() - of_target;
        row.iter_mut().for_each(|value| *value *= share / sum);
        row[target] -= share;
    }
    Some((loss * share, gradient))
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn what_a_training_step_gives_needs_no_fallback() {
        let device = Device::flex().autodiff();
        let logits =
            Tensor::from_floats([[1.0, 2.0, 3.0], [0.0, -1.0, 0.0]], &device).require_grad();
        let targets = Tensor::from_data([2_i64, 0], &device);
        assert!(tracked(logits, targets).is_some());
    }
}
