//! Initial weights.

use burn::{
    module::Param,
    nn::{Linear, PaddingConfig2d, conv::Conv2d},
    tensor::{Device, Tensor, TensorData},
};
use rand::RngExt;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

/// Draws the initial weights and biases of a layer: from U(−k, k) with k = 1/√inputs, as PyTorch's
/// `nn.Linear` and `nn.Conv2d` do (He et al. 2015, <https://arxiv.org/abs/1502.01852>, with a =
/// √5).
///
/// They are drawn on the host, so that a seed means the same network on every backend. Each layer
/// has a generator of its own: networks of one seed share the layers that have the same shape and
/// place.
pub(crate) struct Weights<'a> {
    rng: ChaCha8Rng,
    bound: f32,
    device: &'a Device,
}

impl<'a> Weights<'a> {
    /// The weights of the layer with this place among those that have any, from 0, and with this
    /// many inputs for each output.
    pub fn of_layer(layer: usize, inputs: usize, seed: u64, device: &'a Device) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(layer as u64);
        Self { rng, bound: 1.0 / (inputs as f32).sqrt(), device }
    }

    /// The next tensor of the layer: the weight, then the bias.
    pub fn draw<const D: usize>(&mut self, shape: [usize; D]) -> Param<Tensor<D>> {
        let (bound, count) = (self.bound, shape.iter().product());
        let drawn: Vec<f32> = (0..count).map(|_| self.rng.random_range(-bound..bound)).collect();
        Param::from_data(TensorData::new(drawn, shape), self.device)
    }
}

/// The linear layer with this place, from 0, and with initial weights.
pub(crate) fn linear(
    layer: usize,
    inputs: usize,
    outputs: usize,
    seed: u64,
    device: &Device,
) -> Linear {
    let mut weights = Weights::of_layer(layer, inputs, seed, device);
    Linear { weight: weights.draw([inputs, outputs]), bias: Some(weights.draw([outputs])) }
}

/// The convolution with this place, from 0, and with initial weights: filters of `kernel` x
/// `kernel` over `channels` values of each pixel, and `padding` zeros on each side of the image.
pub(crate) fn convolution(
    layer: usize,
    [channels, filters]: [usize; 2],
    kernel: usize,
    padding: usize,
    seed: u64,
    device: &Device,
) -> Conv2d {
    let mut weights = Weights::of_layer(layer, channels * kernel * kernel, seed, device);
    Conv2d {
        weight: weights.draw([filters, channels, kernel, kernel]),
        bias: Some(weights.draw([filters])),
        stride: [1; 2],
        kernel_size: [kernel; 2],
        dilation: [1; 2],
        groups: 1,
        padding: PaddingConfig2d::Explicit(padding, padding, padding, padding),
    }
}
