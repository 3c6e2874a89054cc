//! The optimizer, which turns gradients into steps.

use burn::optim::{AdamConfig, AdamWConfig, ModuleOptimizer, decay::WeightDecayConfig};
use kernels::Sgd;
use run::{Optimizer, RunConfig};

/// What keeps Adam from dividing by 0: PyTorch's choice, and that of the paper. Burn's own is 1e-5.
const EPSILON: f32 = 1e-8;

/// The optimizer that a config describes, before its first step. Each does what PyTorch's of the same name does.
pub fn fresh(config: &RunConfig) -> ModuleOptimizer {
    match config.optimizer {
        Optimizer::Sgd => sgd(config),
        Optimizer::Adam => AdamConfig::new().with_epsilon(EPSILON).with_weight_decay(weight_decay(config)).init(),
        Optimizer::AdamW => {
            AdamWConfig::new().with_epsilon(EPSILON).with_weight_decay(config.weight_decay as f32).init()
        }
    }
}

/// v ← μ v + g, w ← w − η v with g the gradient plus λ w; in Nesterov's form w ← w − η (g + μ v).
fn sgd(config: &RunConfig) -> ModuleOptimizer {
    let (weight_decay, momentum) = (config.weight_decay as f32, config.momentum as f32);
    Sgd { weight_decay, momentum, nesterov: config.nesterov }.into()
}

/// An L2 penalty, which acts on the gradients.
fn weight_decay(config: &RunConfig) -> Option<WeightDecayConfig> {
    (config.weight_decay > 0.0).then(|| WeightDecayConfig::new(config.weight_decay as f32))
}
