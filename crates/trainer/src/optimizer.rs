//! The optimizer, which turns gradients into steps.

use burn::{module::ParamGroup, optim::ModuleOptimizer};
use kernels::{Adam, Decay, Sgd};
use run::{Optimizer, RunConfig};

/// The names of biases, and of scales and shifts of layer norms, in Burn.
const VECTORS: [&str; 3] = ["bias", "gamma", "beta"];

/// The optimizer that a config describes, before its first step. Each does what PyTorch's of the
/// same name does.
pub fn init(config: &RunConfig) -> ModuleOptimizer {
    let sgd = |weight_decay| Sgd {
        weight_decay,
        momentum: config.momentum as f32,
        nesterov: config.nesterov,
    };
    // An L2 penalty, which acts on the gradients.
    let adam = |weight_decay| Adam { decay: Decay::Penalty(weight_decay) };
    let adamw = |weight_decay| Adam { decay: Decay::Decoupled(weight_decay) };
    let weight_decay = config.weight_decay as f32;
    let optimizer: ModuleOptimizer = match config.optimizer {
        Optimizer::Sgd => sgd(weight_decay).into(),
        Optimizer::Adam => adam(weight_decay).into(),
        Optimizer::AdamW => adamw(weight_decay).into(),
    };
    if config.decay_all {
        return optimizer;
    }
    let vectors = ParamGroup::from_any_predicates(VECTORS.to_vec());
    match config.optimizer {
        Optimizer::Sgd => optimizer.with_group(vectors, sgd(0.0), None),
        Optimizer::Adam => optimizer.with_group(vectors, adam(0.0), None),
        Optimizer::AdamW => optimizer.with_group(vectors, adamw(0.0), None),
    }
}
