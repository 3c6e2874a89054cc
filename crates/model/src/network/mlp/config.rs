//! The description of a multilayer perceptron, and its initial weights.

use burn::{
    config::Config,
    nn::{DropoutConfig, LayerNormConfig, Relu},
    tensor::Device,
};

use super::module::{Block, Mlp};
use crate::{CLASSES, EPSILON, INPUTS, Layer, Layers, init};

/// Describes an [`Mlp`].
///
/// ```
/// use model::MlpConfig;
///
/// let config = MlpConfig::new().with_hidden(vec![512, 256]).with_layer_norm(true);
/// let mlp = config.init(&burn::tensor::Device::default());
/// assert_eq!(mlp.layers().to_string(), "784-512-256-10");
/// // The weights, then biases, scales and shifts of the hidden layers, then biases of the output.
/// let weights = 784 * 512 + 512 * 256 + 256 * 10;
/// assert_eq!(mlp.layers().num_parameters(), weights + 3 * 512 + 3 * 256 + 10);
/// ```
#[derive(Config, Debug, PartialEq)]
pub struct MlpConfig {
    /// The pixels of an image.
    #[config(default = "INPUTS")]
    pub inputs: usize,
    /// The classes to tell apart.
    #[config(default = "CLASSES")]
    pub classes: usize,
    /// The sizes of the hidden layers, at least one: the layer at place i has a weight of shape
    /// `[hidden[i - 1], hidden[i]]` in Burn, `[hidden[i], hidden[i - 1]]` in PyTorch and in files.
    #[config(default = "vec![256, 128]")]
    pub hidden: Vec<usize>,
    /// The probability with which training zeroes an activation of a hidden layer, from 0 to below
    /// 1.
    #[config(default = 0.0)]
    pub dropout: f64,
    /// Whether each hidden layer normalizes its sums before the ReLU.
    #[config(default = false)]
    pub layer_norm: bool,
    /// The grey value of ink, at least 1.
    #[config(default = 255)]
    pub pixel_max: u8,
    /// The seed of the initial weights.
    #[config(default = 0)]
    pub seed: u64,
}

impl MlpConfig {
    /// The layers of the network.
    pub fn layers(&self) -> Layers {
        let has_dropout = self.dropout > 0.0;
        Layers::mlp(self.inputs, &self.hidden, self.classes, self.layer_norm, has_dropout)
    }

    /// The description of the network with these layers. It has no dropout, which acts in training
    /// alone.
    pub(crate) fn of(layers: &Layers) -> Self {
        let outputs = |(_, layer)| match layer {
            Layer::Linear { outputs, .. } => Some(outputs),
            _ => None,
        };
        let mut hidden: Vec<usize> = layers.iter().filter_map(outputs).collect();
        hidden.pop();
        let is_norm = |(_, layer)| matches!(layer, Layer::LayerNorm { .. });
        Self::new()
            .with_inputs(layers.inputs())
            .with_classes(layers.classes())
            .with_hidden(hidden)
            .with_layer_norm(layers.iter().any(is_norm))
    }

    /// Makes the network with initial weights. It maps `[batch, inputs]` to `[batch, classes]`.
    ///
    /// Weights and biases of a linear layer are drawn from [`seed`](Self::seed) as PyTorch's
    /// `nn.Linear` draws them; scales of a layer norm are 1, shifts 0. A seed means the same
    /// network on every backend, and networks of one seed share the layers that have the same shape
    /// and place.
    ///
    /// # Panics
    /// There are no inputs, no classes or no hidden layer, a hidden layer has size 0, ink is 0, or
    /// the dropout is not in 0..1.
    pub fn init(&self, device: &Device) -> Mlp {
        assert!(
            self.inputs > 0 && self.classes > 0,
            "MlpConfig: at least one input and one class are needed"
        );
        assert!(!self.hidden.is_empty(), "MlpConfig: at least one hidden layer is needed");
        assert!(self.hidden.iter().all(|size| *size > 0), "MlpConfig: a hidden layer has size 0");
        assert!(self.pixel_max > 0, "MlpConfig: ink is 0");
        let mut inputs = self.inputs;
        let mut blocks = Vec::with_capacity(self.hidden.len());
        for (layer, outputs) in self.hidden.iter().copied().enumerate() {
            blocks.push(Block {
                linear: init::linear(layer, inputs, outputs, self.seed, device),
                norm: self
                    .layer_norm
                    .then(|| LayerNormConfig::new(outputs).with_epsilon(EPSILON).init(device)),
                activation: Relu::new(),
                dropout: DropoutConfig::new(self.dropout).init(),
            });
            inputs = outputs;
        }
        Mlp {
            output: init::linear(self.hidden.len(), inputs, self.classes, self.seed, device),
            blocks,
            pixel_max: self.pixel_max,
        }
    }
}
