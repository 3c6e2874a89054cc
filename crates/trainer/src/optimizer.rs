//! The optimizer, which turns gradients into steps.

use burn::optim::{ModuleOptimizer, SgdConfig, decay::WeightDecayConfig, momentum::MomentumConfig};
use run::RunConfig;

/// The optimizer that a config describes, before its first step: v ← μ v + g, w ← w − η v with g the gradient plus λ w, as
/// PyTorch's SGD.
pub fn fresh(config: &RunConfig) -> ModuleOptimizer {
    let mut sgd = SgdConfig::new();
    if config.momentum > 0.0 {
        sgd = sgd.with_momentum(Some(MomentumConfig::new().with_momentum(config.momentum).with_dampening(0.0)));
    }
    if config.weight_decay > 0.0 {
        sgd = sgd.with_weight_decay(Some(WeightDecayConfig::new(config.weight_decay as f32)));
    }
    sgd.init()
}
