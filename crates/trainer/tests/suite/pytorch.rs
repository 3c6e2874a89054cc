//! What PyTorch computes, this computes: logits, losses, gradients and weights, on every backend
//! that is compiled in. The numbers are from `fixtures/pytorch_training.py` and
//! `fixtures/pytorch_logits.py`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use burn::{
    data::dataloader::DataLoader,
    module::{Module, ModuleMapper, Param},
    optim::GradientsParams,
    tensor::{Device, Gradients, Tensor},
};
use data::Images;
use loader::{ImageBatch, ImageLoader, Storage};
use model::Network;
use run::{Backend, LearningRates, NetworkKind, RunConfig, Settings};
use safetensors::SafeTensors;
use trainer::{average::averaged, clipping::clipped, device, loss::Loss, optimizer};

use crate::support;

const BATCH: usize = 32;
const STEPS: usize = 200;
/// Steps that schedules take for an epoch.
const EPOCH: usize = 20;
/// How far a loss may be off, in parts of it.
const LOSS: f64 = 1e-5;
/// How far a logit may be off.
const LOGIT: f32 = 1e-5;
/// How far a weight or a gradient may be off, in parts of the largest of its tensor.
const WEIGHT: f64 = 1e-4;
/// How many times as far in a convolutional network: where two of four values differ by their
/// rounding alone, a pooling may take another one, and the gradient goes to another pixel.
const POOLED: f64 = 10.0;

#[test]
fn plain_gradient_descent() {
    on_every_backend("plain", "learning_rate = 0.1");
}

#[test]
fn layer_norm() {
    on_every_backend("layer_norm", "learning_rate = 0.1\nlayer_norm = true");
}

#[test]
fn convolutions() {
    // On other backends, 200 steps of convolutions take many minutes without optimization.
    let on_flex =
        |way, settings| trains_as_pytorch(&fixtures(way), &config(settings), Backend::Flex);
    on_flex("cnn", "network = \"cnn\"\nlearning_rate = 0.1");
    on_flex("cnn_layer_norm", "network = \"cnn\"\nlearning_rate = 0.1\nlayer_norm = true");
}

#[test]
fn momentum_and_weight_decay() {
    on_every_backend("momentum", "learning_rate = 0.01\nmomentum = 0.9\nweight_decay = 0.001");
}

#[test]
fn nesterov_momentum() {
    on_every_backend(
        "nesterov",
        "learning_rate = 0.01\nmomentum = 0.9\nnesterov = true\nweight_decay = 0.001",
    );
}

#[test]
fn adam() {
    on_every_backend("adam", "optimizer = \"adam\"");
}

#[test]
fn adamw() {
    on_every_backend("adamw", "optimizer = \"adamw\"");
}

#[test]
fn schedules() {
    on_every_backend(
        "step",
        "learning_rate = 0.1\nschedule = \"step\"\nstep_size = 3\ngamma = 0.3",
    );
    on_every_backend("exponential", "learning_rate = 0.1\nschedule = \"exponential\"\ngamma = 0.8");
    on_every_backend(
        "cosine_with_warmup",
        "learning_rate = 0.1\nschedule = \"cosine\"\nwarmup = 2",
    );
}

#[test]
fn losses_with_smoothing_and_weights() {
    on_every_backend("label_smoothing", "learning_rate = 0.1\nlabel_smoothing = 0.1");
    on_every_backend("class_weights", "learning_rate = 0.1\nclass_weights = \"balanced\"");
    on_every_backend(
        "smoothing_and_weights",
        "learning_rate = 0.1\nlabel_smoothing = 0.1\nclass_weights = \"balanced\"",
    );
}

#[test]
fn clipped_gradients_and_averaged_weights() {
    on_every_backend("clipping", "learning_rate = 0.1\nclip_grad_norm = 0.5");
    on_every_backend("average", "learning_rate = 0.1\nema = 0.9");
}

#[test]
fn decay_of_matrices_alone() {
    on_every_backend(
        "decay_sgd",
        "learning_rate = 0.05\nweight_decay = 0.1\ndecay_all = false\nlayer_norm = true",
    );
    on_every_backend(
        "decay_adamw",
        "optimizer = \"adamw\"\nlearning_rate = 0.001\nweight_decay = 1.0\n\
         decay_all = false\nlayer_norm = true",
    );
}

#[test]
fn logits_of_trained_networks() {
    let mnist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist_test.csv.gz");
    let digits = data::ReadOptions::default()
        .read_cached(mnist, &support::cache())
        .unwrap()
        .labelled()
        .unwrap();
    for name in ["plain", "layer_norm", "cnn", "cnn_layer_norm"] {
        let folder = fixtures(name);
        let expected = numbers(&folder.join("logits.csv"));
        let rows: Vec<usize> = (0..expected.len()).collect();
        for backend in support::compiled() {
            let device = device::open(backend).unwrap().device;
            let weights = folder.join("weights_200.safetensors");
            let network = Network::load_safetensors(weights, 255, &device).unwrap();
            let loader =
                ImageLoader::sequential(&digits.select(&rows), rows.len(), Storage::Host, &device);
            let images = loader.iter().next().unwrap().unwrap().images;
            let logits = network.forward(images).into_data_as::<f32>();
            let pairs = logits.iter::<f32>().zip(expected.concat());
            let off = pairs.map(|(logit, expected)| (logit - expected).abs()).fold(0.0, f32::max);
            println!("{backend}, {name}: logits off by at most {off:.1e}");
            assert!(off < LOGIT, "{backend}, {name}: off by {off}");
        }
    }
}

fn fixtures(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/pytorch").join(name)
}

/// The rows of a table without a header.
fn numbers(file: &Path) -> Vec<Vec<f32>> {
    let row = |line: &str| line.split(',').map(|number| number.parse().unwrap()).collect();
    fs::read_to_string(file).unwrap().lines().map(row).collect()
}

fn on_every_backend(way: &str, settings: &str) {
    for backend in support::compiled() {
        trains_as_pytorch(&fixtures(way), &config(settings), backend);
    }
}

fn config(settings: &str) -> RunConfig {
    let settings: Settings = toml::from_str(settings).unwrap();
    settings.resolve().unwrap()
}

fn trains_as_pytorch(fixtures: &Path, config: &RunConfig, backend: Backend) {
    let device = device::open(backend).unwrap().device.autodiff();
    let own = fixtures.join("weights_0.safetensors");
    let first = if own.exists() {
        own
    } else {
        let begun = if config.layer_norm { "layer_norm" } else { "plain" };
        fixtures.with_file_name(begun).join("weights_0.safetensors")
    };
    let mut network = Network::load_safetensors(first, 255, &device).unwrap();
    let learning_rates = LearningRates::of(config, EPOCH);
    let mut optimizer = optimizer::init(config);
    let criterion = Loss::init(config, &class_counts(), &device);
    let mut average = None;
    let factor = if config.network == NetworkKind::Cnn { POOLED } else { 1.0 };
    let expected = losses(fixtures);
    assert_eq!(expected.len(), STEPS);
    let (mut loss_off, mut weight_off) = (0.0_f64, 0.0_f64);
    for (step, batch) in (1..=STEPS).zip(batches(&device).iter()) {
        let ImageBatch { images, targets } = batch.unwrap();
        let loss = criterion.forward(network.forward(images), targets);
        let (value, expected) =
            (f64::from(loss.clone().try_into_scalar::<f32>().unwrap()), expected[step - 1]);
        loss_off = loss_off.max((value / expected - 1.0).abs());
        assert!(
            loss_off < factor * LOSS,
            "{backend}, step {step}: loss {value}, PyTorch {expected}"
        );
        let gradients = loss.backward();
        let first_gradients = fixtures.join("gradients_1.safetensors");
        if step == 1 && first_gradients.exists() {
            let mapped = network.clone().map(&mut ToGradients(&gradients));
            let off = difference(&mapped.valid(), &first_gradients);
            assert!(off < WEIGHT, "{backend}: the gradients of the first step are off by {off}");
        }
        let gradients = GradientsParams::from_grads(gradients, &network);
        let gradients = clipped(gradients, &network, config.clip_grad_norm);
        let learning_rate = learning_rates.at((step - 1) / EPOCH + 1, (step - 1) % EPOCH);
        network = optimizer.step(learning_rate, network, gradients);
        average = averaged(average, &network, config.ema);
        let weights = fixtures.join(format!("weights_{step}.safetensors"));
        assert!(step < STEPS || weights.exists());
        if weights.exists() {
            let evaluated = average.clone().unwrap_or_else(|| network.valid());
            weight_off = weight_off.max(difference(&evaluated, &weights));
            assert!(
                weight_off < factor * WEIGHT,
                "{backend}: the weights after step {step} are off by {weight_off}"
            );
        }
    }
    let way = fixtures.file_name().unwrap().display();
    println!(
        "{backend}, {way}: losses off by at most {loss_off:.1e}, weights by \
         {weight_off:.1e}"
    );
}

/// The first rows of MNIST in the order of the file.
fn digits() -> Images {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist_train.csv.gz");
    let digits = data::ReadOptions::default()
        .read_cached(file, &support::cache())
        .unwrap()
        .labelled()
        .unwrap();
    digits.select(&(0..BATCH * STEPS).collect::<Vec<usize>>())
}

fn batches(device: &Device) -> ImageLoader {
    ImageLoader::sequential(&digits(), BATCH, Storage::Host, device)
}

/// The number of rows of each class.
fn class_counts() -> Vec<usize> {
    let digits = digits();
    let of = |class: u16| digits.targets().iter().filter(|target| **target == class).count();
    (0..10).map(of).collect()
}

fn losses(fixtures: &Path) -> Vec<f64> {
    let text = fs::read_to_string(fixtures.join("losses.csv")).unwrap();
    text.lines().skip(1).map(|row| row.split_once(',').unwrap().1.parse().unwrap()).collect()
}

/// Puts the gradient of each weight in its place.
struct ToGradients<'a>(&'a Gradients);

impl ModuleMapper for ToGradients<'_> {
    fn map_float<const D: usize>(&mut self, weight: Param<Tensor<D>>) -> Param<Tensor<D>> {
        weight.map(|weight| Tensor::from_inner(weight.grad(self.0).unwrap()))
    }
}

/// How far any weight is off, in parts of the largest of its tensor.
fn difference(network: &Network, file: &Path) -> f64 {
    let (found, expected) =
        (tensors(&network.to_safetensors().unwrap()), tensors(&fs::read(file).unwrap()));
    assert!(found.keys().eq(expected.keys()), "{:?} and {:?}", found.keys(), expected.keys());
    let off = |(name, values): (&String, &Vec<f32>)| {
        let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let off =
            found[name].iter().zip(values).fold(0.0_f32, |off, (a, b)| off.max((a - b).abs()));
        f64::from(off / largest)
    };
    expected.iter().map(off).fold(0.0, f64::max)
}

fn tensors(bytes: &[u8]) -> BTreeMap<String, Vec<f32>> {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let floats = |bytes: &[u8]| {
        bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect()
    };
    file.tensors().into_iter().map(|(name, view)| (name, floats(view.data()))).collect()
}
