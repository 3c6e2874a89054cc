//! The optimizer, which turns gradients into steps.

use burn::optim::ModuleOptimizer;
use kernels::{Adam, Decay, Sgd};
use run::{Optimizer, RunConfig};

/// The optimizer that a config describes, before its first step. Each does what PyTorch's of the
/// same name does.
pub fn init(config: &RunConfig) -> ModuleOptimizer {
    let weight_decay = config.weight_decay as f32;
    match config.optimizer {
        Optimizer::Sgd => {
            Sgd { weight_decay, momentum: config.momentum as f32, nesterov: config.nesterov }.into()
        }
        // An L2 penalty, which acts on the gradients.
        Optimizer::Adam => Adam { decay: Decay::Penalty(weight_decay) }.into(),
        Optimizer::AdamW => Adam { decay: Decay::Decoupled(weight_decay) }.into(),
    }
}
