//! The description of a multilayer perceptron, and its initial weights.

use burn::{config::Config, tensor::Device};

use super::module::Mlp;
use crate::{CLASSES, INPUTS, Layers, network::hidden::Head};

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
        Self::new()
            .with_inputs(layers.inputs())
            .with_classes(layers.classes())
            .with_hidden(layers.hidden())
            .with_layer_norm(layers.has_layer_norm())
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
        assert!(self.inputs > 0, "MlpConfig: at least one input is needed");
        assert!(self.pixel_max > 0, "MlpConfig: ink is 0");
        let Self { hidden, classes, dropout, layer_norm, seed, .. } = self;
        let (classes, dropout, layer_norm, seed) = (*classes, *dropout, *layer_norm, *seed);
        let (blocks, output) =
            Head { hidden, classes, dropout, layer_norm, seed }.init(0, self.inputs, device);
        Mlp { blocks, output, pixel_max: self.pixel_max }
    }
}
