//! The moving average of the weights.

use burn::{
    module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId},
    tensor::{Tensor, container::TensorContainer},
};
use model::Network;

/// The average of a network's weights after a step, without autodiff; none without a decay factor.
/// Each is `decay` times the average so far, and 1 − `decay` times the weight, as PyTorch's
/// `AveragedModel` with `get_ema_multi_avg_fn(decay)` has it. Without an average so far, it is the
/// weights.
pub fn averaged(
    average: Option<Network>,
    network: &Network,
    decay: Option<f64>,
) -> Option<Network> {
    let decay = decay?;
    let network = network.valid();
    let Some(average) = average else { return Some(network) };
    let mut weights = Weights(TensorContainer::new());
    network.visit(&mut weights);
    Some(average.map(&mut Mixing { weights: weights.0, decay }))
}

/// The weights of a network by their identities, which the average shares.
struct Weights(TensorContainer<ParamId>);

impl ModuleVisitor for Weights {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.register(param.id, param.val());
    }
}

/// Mixes the weights of a network into their averages.
struct Mixing {
    weights: TensorContainer<ParamId>,
    decay: f64,
}

impl ModuleMapper for Mixing {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(weight) = self.weights.remove::<Tensor<D>>(&param.id) else { return param };
        // As PyTorch's `lerp`.
        param.map(|average| average.clone() + (weight - average) * (1.0 - self.decay))
    }
}
