//! What a network says of images.

use burn::tensor::{Int, Tensor, activation::softmax};

use crate::Calibration;

/// The prediction of a network for a batch of images.
#[derive(Debug, Clone)]
pub struct Prediction {
    /// The most probable class of each image, counted from 0, shape `[batch]`.
    pub classes: Tensor<1, Int>,
    /// The probability of each class, shape `[batch, classes]`, rows adding up to 1.
    pub probabilities: Tensor<2>,
}

impl Prediction {
    /// The prediction from logits, `[batch, classes]`.
    pub fn of(logits: Tensor<2>) -> Self {
        Self { classes: logits.clone().argmax(1).squeeze_dim(1), probabilities: softmax(logits, 1) }
    }

    /// The same with calibrated probabilities; without a calibration, the same as [`of`](Self::of).
    pub fn calibrated(logits: Tensor<2>, calibration: Option<&Calibration>) -> Self {
        Self::of(match calibration {
            Some(calibration) => logits.div_scalar(calibration.temperature),
            None => logits,
        })
    }
}
