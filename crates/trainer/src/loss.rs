//! The loss that training minimizes.

use burn::{
    nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig},
    tensor::{Device, Int, Tensor},
};
use model::cross_entropy;
use run::{ClassWeights, RunConfig};

/// The cross-entropy with label smoothing and class weights, as PyTorch's `nn.CrossEntropyLoss` has
/// them. With class weights w and smoothing ε of K classes, the loss of a row of class t with
/// probabilities p is −Σₖ wₖ ((1 − ε) 1ₖ₌ₜ + ε / K) ln pₖ; the loss of a batch is the sum of these
/// divided by the sum of the wₜ (Szegedy et al. 2016, <https://arxiv.org/abs/1512.00567>).
#[derive(Debug, Clone)]
pub struct Loss {
    /// None without smoothing and weights: the kernel is faster.
    criterion: Option<CrossEntropyLoss>,
}

impl Loss {
    /// The loss of a config, for training rows of which so many are of each class.
    pub fn init(config: &RunConfig, class_counts: &[usize], device: &Device) -> Self {
        let smoothing = (config.label_smoothing > 0.0).then_some(config.label_smoothing as f32);
        let weights = match config.class_weights {
            ClassWeights::None => None,
            ClassWeights::Balanced => Some(balanced(class_counts)),
        };
        if smoothing.is_none() && weights.is_none() {
            return Self { criterion: None };
        }
        let config = CrossEntropyLossConfig::new().with_smoothing(smoothing).with_weights(weights);
        Self { criterion: Some(config.init(device)) }
    }

    /// The loss of a batch, `[1]`: logits `[batch, classes]`, right classes `[batch]`.
    pub fn forward(&self, logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
        match &self.criterion {
            Some(criterion) => criterion.forward(logits, targets),
            None => cross_entropy(logits, targets),
        }
    }

    /// The share that a part of a batch has in its loss, `[1]`: the losses of all parts, each times
    /// its share, add up to the loss of the batch. Targets of the part `[part]`, of all `[batch]`.
    pub fn share(&self, part: Tensor<1, Int>, all: Tensor<1, Int>) -> Tensor<1> {
        match self.criterion.as_ref().and_then(|criterion| criterion.weights.clone()) {
            Some(weights) => weights.clone().select(0, part).sum() / weights.select(0, all).sum(),
            None => {
                let share = part.dims()[0] as f32 / all.dims()[0] as f32;
                Tensor::from_data([share], &all.device())
            }
        }
    }
}

/// The weight of each class that gives all classes the same sum of weights, the number of rows in
/// all divided by the number of classes: scikit-learn's `class_weight="balanced"`.
fn balanced(counts: &[usize]) -> Vec<f32> {
    let share = counts.iter().sum::<usize>() as f64 / counts.len() as f64;
    counts.iter().map(|count| (share / *count as f64) as f32).collect()
}
