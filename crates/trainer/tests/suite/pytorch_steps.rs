//! Each step by itself is PyTorch's: it begins with PyTorch's weights and must end with PyTorch's.
//! That stays sharp at learning rates at which two trainings in float32 soon part for good. The
//! numbers are from `fixtures/pytorch_steps.py`.

use std::{collections::VecDeque, fs, num::NonZeroU8, path::Path};

use burn::{
    data::dataloader::DataLoader,
    module::{Module, ModuleMapper, Param},
    nn::loss::CrossEntropyLossConfig,
    optim::GradientsParams,
    tensor::{Device, Int, Tensor, TensorData},
};
use data::ImageSize;
use loader::{ImageLoader, Storage};
use model::Network;
use run::{Backend, LearningRates, NetworkKind, RunConfig, Settings};
use safetensors::SafeTensors;
use trainer::{device, network::Shape, optimizer};

use crate::support;

const BATCH: usize = 32;
const STEPS: usize = 100;
/// Steps that schedules take for an epoch.
const EPOCH: usize = 10;
/// How far a loss may be off, in parts of it.
const LOSS: f64 = 1e-5;
/// How far a weight may be off after one step, in parts of the largest of its tensor.
const WEIGHT: f64 = 1e-5;
/// Steps of a convolutional network in which a pooling may take another of two values that differ
/// by their rounding alone: their gradients go to different pixels.
const OTHER: usize = 5;
/// How far a weight may be off after such a step.
const POOLED: f64 = 1e-3;

#[test]
fn a_step_of_gradient_descent() {
    on_every_backend("sgd", "learning_rate = 1.0");
    on_every_backend("layer_norm", "learning_rate = 1.0\nlayer_norm = true");
}

#[test]
fn a_step_of_a_convolutional_network() {
    on_every_backend(
        "cnn",
        "network = \"cnn\"\nfilters = [4, 6]\nhidden = [16]\nlayer_norm = true\n\
         learning_rate = 0.5",
    );
}

#[test]
fn a_step_with_nesterov_momentum() {
    on_every_backend(
        "nesterov",
        "learning_rate = 0.2\nmomentum = 0.9\nnesterov = true\nweight_decay = 0.001",
    );
}

#[test]
fn a_step_of_adam() {
    on_every_backend("adam", "optimizer = \"adam\"\nlearning_rate = 0.02\nweight_decay = 0.001");
    on_every_backend(
        "adamw",
        "optimizer = \"adamw\"\nlearning_rate = 0.02\nweight_decay = 0.1\nschedule = \"cosine\"",
    );
}

fn on_every_backend(way: &str, settings: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(format!("../../fixtures/pytorch_steps/{way}.safetensors"));
    let reference = Reference::read(&file);
    let mut settings: Settings = toml::from_str(settings).unwrap();
    settings.hidden.get_or_insert(vec![16, 12]);
    let config = settings.resolve().unwrap();
    // On other backends, convolutions take many minutes without optimization.
    let is_feasible =
        |backend: &Backend| config.network == NetworkKind::Mlp || *backend == Backend::Flex;
    for backend in support::compiled().into_iter().filter(is_feasible) {
        let (loss, mut weights) = compare(&reference, &config, backend);
        weights.sort_by(f64::total_cmp);
        let most = weights[STEPS - 1];
        let weight =
            weights[STEPS - 1 - if config.network == NetworkKind::Cnn { OTHER } else { 0 }];
        println!(
            "{backend}, {way}: losses off by at most {loss:.1e}, weights by {weight:.1e}, where a \
             pooling takes another value by {most:.1e}"
        );
        assert!(
            loss < LOSS && weight < WEIGHT && most < POOLED,
            "{backend}, {way}: losses off by {loss}, weights by {weight} and {most}"
        );
    }
}

/// How far losses are off at most, and weights after each step.
fn compare(reference: &Reference, config: &RunConfig, backend: Backend) -> (f64, Vec<f64>) {
    let device = device::open(backend).unwrap().device.autodiff();
    // Every fourth pixel of every fourth row, or every second.
    let spacing = if config.network == NetworkKind::Mlp { 4 } else { 2 };
    let size = ImageSize::new(28 / spacing, 28 / spacing).unwrap();
    let shape = Shape { size, classes: 10, pixel_max: NonZeroU8::MAX };
    let mut network = trainer::network::config(config, shape).unwrap().init(&device);
    let mut optimizer = optimizer::init(config);
    let criterion = CrossEntropyLossConfig::new().init(&device);
    let learning_rates = LearningRates::of(config, EPOCH);
    let (mut loss_off, mut weights_off) = (0.0_f64, Vec::new());
    for (step, (images, targets)) in batches(spacing, &device).into_iter().enumerate() {
        network = network.map(&mut reference.weights(step));
        let loss = criterion.forward(network.forward(images), targets);
        let value = f64::from(loss.clone().try_into_scalar::<f32>().unwrap());
        loss_off = loss_off.max((value / f64::from(reference.losses[step]) - 1.0).abs());
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network =
            optimizer.step(learning_rates.at(step / EPOCH + 1, step % EPOCH), network, gradients);
        weights_off.push(reference.difference(&network, step + 1));
    }
    (loss_off, weights_off)
}

/// The first rows of MNIST, of which one pixel in `spacing` of one row in `spacing` is left, `[32,
/// height, width]`, and what they show.
fn batches(spacing: usize, device: &Device) -> Vec<(Tensor<3, Int>, Tensor<1, Int>)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist_train.csv.gz");
    let digits = data::ReadOptions::default()
        .read_cached(file, &support::cache())
        .unwrap()
        .labelled()
        .unwrap();
    let rows: Vec<usize> = (0..BATCH * STEPS).collect();
    let seen: Vec<i64> = (spacing as i64 / 2..28).step_by(spacing).collect();
    let seen = Tensor::<1, Int>::from_data(TensorData::new(seen, [28 / spacing]), device);
    let loader = ImageLoader::sequential(&digits.select(&rows), BATCH, Storage::Host, device);
    loader
        .iter()
        .map(|batch| batch.unwrap())
        .map(|batch| (batch.images.select(1, seen.clone()).select(2, seen.clone()), batch.targets))
        .collect()
}

/// What PyTorch had: losses, and the tensors of the network, in its order, before each step and
/// after the last.
struct Reference {
    losses: Vec<f32>,
    tensors: Vec<Stored>,
}

struct Stored {
    name: String,
    shape: Vec<usize>,
    values: Vec<f32>,
}

impl Reference {
    fn read(file: &Path) -> Self {
        let mut tensors = stored(&fs::read(file).unwrap());
        let loss = tensors.iter().position(|tensor| tensor.name == "loss").unwrap();
        let losses = tensors.remove(loss).values;
        assert_eq!(losses.len(), STEPS);
        tensors.iter_mut().for_each(|tensor| assert_eq!(tensor.shape.remove(0), STEPS + 1));
        Self { losses, tensors }
    }

    /// The values of a tensor before this step.
    fn at<'a>(&'a self, tensor: &'a Stored, step: usize) -> &'a [f32] {
        let size = tensor.shape.iter().product::<usize>();
        &tensor.values[step * size..(step + 1) * size]
    }

    /// The weights before this step, to be put into a network.
    fn weights(&self, step: usize) -> Weights<'_> {
        Weights(
            self.tensors
                .iter()
                .map(|tensor| (tensor.shape.as_slice(), self.at(tensor, step)))
                .collect(),
        )
    }

    /// How far any weight is off before this step, in parts of the largest of its tensor.
    fn difference(&self, network: &Network, step: usize) -> f64 {
        let found = stored(&network.valid().to_safetensors().unwrap());
        let off = |(found, expected): (&Stored, &Stored)| {
            assert_eq!((&found.name, &found.shape), (&expected.name, &expected.shape));
            let expected = self.at(expected, step);
            let largest = expected.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
            let off = found
                .values
                .iter()
                .zip(expected)
                .fold(0.0_f32, |off, (a, b)| off.max((a - b).abs()));
            f64::from(off / largest)
        };
        found.iter().zip(&self.tensors).map(off).fold(0.0, f64::max)
    }
}

/// Tensors by their places in PyTorch's sequence, weights before biases: the order in which a
/// network has them, too.
fn stored(bytes: &[u8]) -> Vec<Stored> {
    let floats = |bytes: &[u8]| {
        bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect()
    };
    let mut tensors: Vec<Stored> = SafeTensors::deserialize(bytes)
        .unwrap()
        .tensors()
        .into_iter()
        .map(|(name, view)| Stored {
            name,
            shape: view.shape().to_vec(),
            values: floats(view.data()),
        })
        .collect();
    let place = |name: &str| name.split('.').next().and_then(|place| place.parse::<usize>().ok());
    tensors.sort_by_key(|tensor| (place(&tensor.name), tensor.name.ends_with("bias")));
    tensors
}

/// Puts tensors in the places of a network's, one after the other.
struct Weights<'a>(VecDeque<(&'a [usize], &'a [f32])>);

impl ModuleMapper for Weights<'_> {
    fn map_float<const D: usize>(&mut self, weight: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let (shape, values) = self.0.pop_front().unwrap();
        weight.map(|old| {
            let device = old.device();
            // PyTorch has [outputs, inputs].
            let new: Tensor<D> =
                Tensor::from_data(TensorData::new(values.to_vec(), shape.to_vec()), &device);
            let new = if D == 2 { new.swap_dims(0, D - 1) } else { new };
            assert_eq!(new.dims(), old.dims());
            new.require_grad()
        })
    }
}
