//! The time of each kernel beside that of Burn's own operations, in the first layer of the default
//! network, 784-256, and in the convolutions of the other, with MNIST's digits and the allocator of
//! the trainer:
//!
//! ```sh
//! cargo bench -p trainer --features flex --bench kernels          # all
//! cargo bench -p trainer --features flex --bench kernels -- step  # those with this in their names
//! ```

#![allow(clippy::unwrap_used, reason = "a benchmark ends where it fails")]

use std::{path::Path, sync::LazyLock};

use burn::{
    data::dataloader::DataLoader,
    nn::{
        Linear, LinearConfig,
        conv::{Conv2d, Conv2dConfig},
        pool::{MaxPool2d, MaxPool2dConfig},
    },
    tensor::{Device, Distribution, Int, Tensor, activation::relu},
};
use data::{Images, ReadOptions};
use divan::Bencher;
use kernels::Activation;
use loader::{ImageLoader, Storage};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const BATCHES: [usize; 3] = [16, 64, 512];
const PIXELS: usize = 784;
const UNITS: usize = 256;

/// As many digits as the largest batch has.
static DIGITS: LazyLock<Images> = LazyLock::new(|| {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist_train.csv.gz");
    let rows: Vec<usize> = (0..BATCHES[BATCHES.len() - 1]).collect();
    ReadOptions::default().read(file).unwrap().labelled().unwrap().select(&rows)
});

fn main() {
    LazyLock::force(&DIGITS);
    divan::main();
}

fn digits(batch: usize, device: &Device) -> Tensor<2, Int> {
    let loader = ImageLoader::sequential(&DIGITS, batch, Storage::Host, device);
    loader.iter().next().unwrap().unwrap().images.flatten(1, 2)
}

fn ours(layer: &Linear, digits: Tensor<2, Int>) -> Tensor<2> {
    kernels::linear_of_greys(layer, digits, 255, Activation::Identity)
}

fn burns(layer: &Linear, digits: Tensor<2, Int>) -> Tensor<2> {
    layer.forward(digits.float() / 255.0)
}

fn layer(device: &Device) -> Linear {
    LinearConfig::new(PIXELS, UNITS).init(device)
}

fn random(batch: usize, device: &Device) -> Tensor<2> {
    Tensor::random([batch, UNITS], Distribution::Default, device)
}

/// The outputs of the first layer.
mod first_layer_forward {
    use super::*;

    fn forward(bencher: Bencher, batch: usize, way: fn(&Linear, Tensor<2, Int>) -> Tensor<2>) {
        let device = Device::flex();
        let (layer, images) = (layer(&device), digits(batch, &device));
        bencher.with_inputs(|| images.clone()).bench_local_values(|images| way(&layer, images));
    }

    #[divan::bench(args = BATCHES)]
    fn ours(bencher: Bencher, batch: usize) {
        forward(bencher, batch, super::ours);
    }

    #[divan::bench(args = BATCHES)]
    fn burns(bencher: Bencher, batch: usize) {
        forward(bencher, batch, super::burns);
    }
}

/// The same, and the gradients of its weights and biases.
mod first_layer_with_gradients {
    use super::*;

    fn both_ways(bencher: Bencher, batch: usize, way: fn(&Linear, Tensor<2, Int>) -> Tensor<2>) {
        let device = Device::flex().autodiff();
        let (layer, images, weighted) =
            (layer(&device), digits(batch, &device), random(batch, &device));
        bencher.with_inputs(|| (images.clone(), weighted.clone())).bench_local_values(
            |(images, weighted)| (way(&layer, images) * weighted).sum().backward(),
        );
    }

    #[divan::bench(args = BATCHES)]
    fn ours(bencher: Bencher, batch: usize) {
        both_ways(bencher, batch, super::ours);
    }

    #[divan::bench(args = BATCHES)]
    fn burns(bencher: Bencher, batch: usize) {
        both_ways(bencher, batch, super::burns);
    }
}

/// The two convolutions of the default convolutional network, with ReLU and max pooling, and their
/// gradients.
mod convolutions_with_gradients {
    use super::*;

    type Way = fn(&Conv2d, &MaxPool2d, Tensor<4>) -> Tensor<4>;

    fn both_ways(bencher: Bencher, batch: usize, way: Way) {
        let device = Device::flex().autodiff();
        let convolution = |channels, kernel| Conv2dConfig::new(channels, kernel).init(&device);
        let layers = [convolution([1, 24], [5, 5]), convolution([24, 32], [3, 3])];
        let pool = MaxPool2dConfig::new([2, 2]).init();
        let images = (digits(batch, &device).float() / 255.0).reshape([batch, 1, 28, 28]);
        bencher.with_inputs(|| images.clone()).bench_local_values(|images| {
            layers.iter().fold(images, |x, layer| way(layer, &pool, x)).sum().backward()
        });
    }

    #[divan::bench(args = BATCHES)]
    fn ours(bencher: Bencher, batch: usize) {
        both_ways(bencher, batch, kernels::convolution);
    }

    #[divan::bench(args = BATCHES)]
    fn burns(bencher: Bencher, batch: usize) {
        both_ways(bencher, batch, |layer, pool, x| relu(pool.forward(layer.forward(x))));
    }
}

/// Layer norm, and the gradients of rows, scales and shifts.
mod layer_norm_with_gradients {
    use burn::nn::{LayerNorm, LayerNormConfig};

    use super::*;

    fn both_ways(
        bencher: Bencher,
        batch: usize,
        compute: impl Fn(&LayerNorm, Tensor<2>) -> Tensor<2>,
    ) {
        let device = Device::flex().autodiff();
        let (norm, weighted) = (LayerNormConfig::new(UNITS).init(&device), random(batch, &device));
        let rows = random(batch, &device.clone().inner());
        bencher
            .with_inputs(|| (Tensor::from_inner(rows.clone()).require_grad(), weighted.clone()))
            .bench_local_values(|(rows, weighted)| {
                (compute(&norm, rows) * weighted).sum().backward()
            });
    }

    #[divan::bench(args = BATCHES)]
    fn ours(bencher: Bencher, batch: usize) {
        both_ways(bencher, batch, |norm, rows| {
            kernels::layer_norm(norm, 1e-5, rows, Activation::Identity)
        });
    }

    #[divan::bench(args = BATCHES)]
    fn burns(bencher: Bencher, batch: usize) {
        both_ways(bencher, batch, LayerNorm::forward);
    }
}

/// Dropout of every fifth value.
mod dropout_forward {
    use burn::nn::{Dropout, DropoutConfig};

    use super::*;

    fn forward(bencher: Bencher, batch: usize, compute: impl Fn(&Dropout, Tensor<2>) -> Tensor<2>) {
        let device = Device::flex().autodiff();
        let (dropout, values) = (DropoutConfig::new(0.2).init(), random(batch, &device));
        bencher
            .with_inputs(|| values.clone())
            .bench_local_values(|values| compute(&dropout, values));
    }

    #[divan::bench(args = BATCHES)]
    fn ours(bencher: Bencher, batch: usize) {
        forward(bencher, batch, |dropout, values| kernels::dropout(dropout, values, Some(7)));
    }

    #[divan::bench(args = BATCHES)]
    fn burns(bencher: Bencher, batch: usize) {
        forward(bencher, batch, Dropout::forward);
    }
}

/// The step of an optimizer for the weights and biases of the first layer, when it has a state.
mod step {
    use std::fmt;

    use burn::optim::{
        AdamConfig, AdamWConfig, GradientsParams, ModuleOptimizer, SgdConfig,
        decay::WeightDecayConfig, momentum::MomentumConfig,
    };
    use kernels::{Adam, Decay, Sgd};

    use super::*;

    const RULES: [Rule; 4] = [Rule::Sgd, Rule::Momentum, Rule::Adam, Rule::AdamW];

    #[derive(Debug, Clone, Copy)]
    enum Rule {
        Sgd,
        Momentum,
        Adam,
        AdamW,
    }

    impl fmt::Display for Rule {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            fmt::Debug::fmt(self, f)
        }
    }

    #[divan::bench(args = RULES)]
    fn ours(bencher: Bencher, rule: Rule) {
        let sgd = |momentum| Sgd { weight_decay: 0.0, momentum, nesterov: false };
        steps(
            bencher,
            match rule {
                Rule::Sgd => sgd(0.0).into(),
                Rule::Momentum => sgd(0.9).into(),
                Rule::Adam => Adam { decay: Decay::Penalty(0.01) }.into(),
                Rule::AdamW => Adam { decay: Decay::Decoupled(0.01) }.into(),
            },
        );
    }

    #[divan::bench(args = RULES)]
    fn burns(bencher: Bencher, rule: Rule) {
        let momentum = MomentumConfig::new().with_momentum(0.9).with_dampening(0.0);
        steps(
            bencher,
            match rule {
                Rule::Sgd => SgdConfig::new().init(),
                Rule::Momentum => SgdConfig::new().with_momentum(Some(momentum)).init(),
                Rule::Adam => {
                    AdamConfig::new().with_weight_decay(Some(WeightDecayConfig::new(0.01))).init()
                }
                Rule::AdamW => AdamWConfig::new().with_weight_decay(0.01).init(),
            },
        );
    }

    fn steps(bencher: Bencher, mut optimizer: ModuleOptimizer) {
        let device = Device::flex().autodiff();
        let layer = layer(&device);
        let images = digits(64, &device);
        let gradients = || {
            let loss = super::ours(&layer, images.clone()).powi_scalar(2).sum();
            GradientsParams::from_grads(loss.backward(), &layer)
        };
        let mut stepping = Some(optimizer.step(1e-3, layer.clone(), gradients()));
        bencher.with_inputs(gradients).bench_local_values(|gradients| {
            stepping = stepping.take().map(|layer| optimizer.step(1e-3, layer, gradients));
        });
    }
}
