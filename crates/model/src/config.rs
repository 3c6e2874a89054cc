//! The description of a network, and its first weights.

use burn::{
    config::Config,
    module::Param,
    nn::{DropoutConfig, LayerNormConfig, Linear, Relu},
    tensor::{Device, TensorData},
};
use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

use crate::{CLASSES, EPSILON, INPUTS, Layers, Mlp, mlp::Block};

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

    /// Makes the network with fresh weights.
    ///
    /// They are drawn on the host from [`seed`](Self::seed), so that a seed means the same network
    /// on every backend: weights and biases of a linear layer from U(−k, k) with k = 1/√inputs, as
    /// PyTorch's `nn.Linear` does (He et al. 2015, <https://arxiv.org/abs/1502.01852>, with a =
    /// √5); scales of a layer norm 1, shifts 0. Each layer has a generator of its own: networks of
    /// one seed share the layers that have the same shape and place.
    ///
    /// The network maps `[batch, inputs]` to `[batch, classes]`.
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
                linear: linear(inputs, outputs, self.seed, layer, device),
                norm: self
                    .layer_norm
                    .then(|| LayerNormConfig::new(outputs).with_epsilon(EPSILON).init(device)),
                activation: Relu::new(),
                dropout: DropoutConfig::new(self.dropout).init(),
            });
            inputs = outputs;
        }
        Mlp {
            output: linear(inputs, self.classes, self.seed, self.hidden.len(), device),
            blocks,
            pixel_max: self.pixel_max,
        }
    }
}

impl Mlp {
    /// Its layers.
    pub fn layers(&self) -> Layers {
        self.config().layers()
    }

    /// The description of this network, but for its seed, which a network does not keep.
    pub fn config(&self) -> MlpConfig {
        let inputs = |linear: &Linear| linear.weight.dims()[0];
        MlpConfig::new()
            .with_inputs(inputs(self.blocks.first().map_or(&self.output, |block| &block.linear)))
            .with_classes(self.output.weight.dims()[1])
            .with_hidden(self.blocks.iter().map(|block| block.linear.weight.dims()[1]).collect())
            .with_pixel_max(self.pixel_max)
            .with_dropout(self.dropout())
            .with_layer_norm(self.blocks.iter().any(|block| block.norm.is_some()))
    }
}

fn linear(inputs: usize, outputs: usize, seed: u64, layer: usize, device: &Device) -> Linear {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(layer as u64);
    let bound = 1.0 / (inputs as f32).sqrt();
    let mut draw = |count: usize| -> Vec<f32> {
        (0..count).map(|_| rng.random_range(-bound..bound)).collect()
    };
    let weight = TensorData::new(draw(inputs * outputs), [inputs, outputs]);
    let bias = TensorData::new(draw(outputs), [outputs]);
    Linear { weight: Param::from_data(weight, device), bias: Some(Param::from_data(bias, device)) }
}
