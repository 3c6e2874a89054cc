//! Our loop against Burn's own: burn-train's `Learner`, given the same batches, ends with the same
//! weights after each epoch.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use burn::{
    data::dataloader::{DataLoader, DataLoaderIterator},
    module::Module,
    optim::lr_scheduler::constant::ConstantLr,
    tensor::Device,
};
use burn_train::{
    ClassificationOutput, InferenceStep, Learner, SupervisedTraining, TrainOutput, TrainStep,
    renderer::CliMetricsRenderer,
};
use data::{Images, stratified_split};
use loader::{ImageBatch, ImageLoader, Storage};
use model::{Metadata, Network, cross_entropy};
use run::{Backend, RunConfig, Settings};
use trainer::{
    device, evaluation,
    network::{self, Shape},
    optimizer,
    team::OneThread,
};

use crate::support::{self, Run};

const EPOCHS: usize = 3;
const FLAGS: &str = "--limit 1500 --hidden 32,16 --lr 0.1 --momentum 0.5 --weight-decay 0.001 \
                     --layer-norm --seed 7 --split-seed 3";
const SETTINGS: &str = "limit = 1500\nhidden = [32, 16]\nlearning_rate = 0.1\nmomentum = 0.5\n\
                        weight_decay = 0.001\nlayer_norm = true\nseed = 7\nsplit_seed = 3";

/// Our network as the `Learner` wants it.
#[derive(Module, Debug)]
struct Classifier {
    network: Network,
}

impl Classifier {
    fn classify(&self, batch: ImageBatch) -> ClassificationOutput {
        let logits = self.network.forward_seeded(batch.images, 0);
        let loss = cross_entropy(logits.clone(), batch.targets.clone());
        ClassificationOutput::new(loss, logits, batch.targets)
    }
}

impl TrainStep for Classifier {
    type Input = ImageBatch;
    type Output = ClassificationOutput;

    fn step(&self, batch: ImageBatch) -> TrainOutput<ClassificationOutput> {
        let output = self.classify(batch);
        TrainOutput::new(self, output.loss.backward(), output)
    }
}

impl InferenceStep for Classifier {
    type Input = ImageBatch;
    type Output = ClassificationOutput;

    fn step(&self, batch: ImageBatch) -> ClassificationOutput {
        self.classify(batch)
    }
}

/// The batches of one epoch after the other: the `Learner` asks a loader for its batches once an
/// epoch.
struct Epochs {
    epochs: Vec<Arc<dyn DataLoader<ImageBatch>>>,
    next: AtomicUsize,
}

impl DataLoader<ImageBatch> for Epochs {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<ImageBatch> + 'a> {
        self.epochs[self.next.fetch_add(1, Ordering::Relaxed)].iter()
    }

    fn num_items(&self) -> usize {
        self.epochs[0].num_items()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<ImageBatch>> {
        let epochs = self.epochs.iter().map(|epoch| epoch.to_device(device)).collect();
        Arc::new(Self { epochs, next: AtomicUsize::new(0) })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<ImageBatch>> {
        self.epochs[0].slice(start, end)
    }
}

#[test]
fn burns_learner_ends_every_epoch_with_the_same_weights() {
    // Burn's sums come out the same on one thread only.
    let _this = OneThread::this().unwrap();
    let config = toml::from_str::<Settings>(SETTINGS).unwrap().resolve().unwrap();
    let device = device::open(Backend::Flex).unwrap().device;
    let (train, valid) = rows(&config);
    let fit = train.select(
        &data::stratified_subset(train.targets(), valid.targets().len(), config.split_seed)
            .unwrap(),
    );
    let [valid, fit] = [valid, fit]
        .map(|rows| ImageLoader::sequential(&rows, evaluation::BATCH, Storage::Host, &device));
    for epochs in 1..=EPOCHS {
        let ours = Run::new();
        ours.train_well(&format!("{FLAGS} --epochs {epochs}"));
        let network = learn(&config, epochs, &train, &valid, &device);
        // What the file says of the images is the trainer's own.
        let weights = Metadata::removed_from(&ours.read("model.safetensors")).unwrap();
        assert!(network.to_safetensors().unwrap() == weights, "epoch {epochs}: weights differ");

        let [theirs, fits] =
            [&valid, &fit].map(|rows| evaluation::evaluate(&network, rows).unwrap().unwrap());
        let row = ours.history().lines().last().unwrap().to_owned();
        let numbers: Vec<f64> = row.split(',').map(|number| number.parse().unwrap()).collect();
        assert_eq!(
            numbers[3..5],
            [theirs.loss(), theirs.accuracy()],
            "epoch {epochs}: the curves differ"
        );
        assert_eq!(
            numbers[5..7],
            [fits.loss(), fits.accuracy()],
            "epoch {epochs}: the curves differ on training rows"
        );
    }
}

/// The rows that a run with this config trains and validates on.
fn rows(config: &RunConfig) -> (Images, Images) {
    let digits = data::read(support::digits()).unwrap().labelled().unwrap();
    let subset =
        data::stratified_subset(digits.targets(), config.limit.unwrap(), config.split_seed)
            .unwrap();
    let digits = digits.select(&subset);
    let split =
        stratified_split(digits.targets(), config.valid_fraction, config.split_seed).unwrap();
    (digits.select(&split.train), digits.select(&split.valid))
}

fn learn(
    config: &RunConfig,
    epochs: usize,
    train: &Images,
    valid: &ImageLoader,
    device: &Device,
) -> Network {
    let autodiff = device.clone().autodiff();
    let loader =
        ImageLoader::shuffled(train, config.batch_size, config.seed, Storage::Host, &autodiff);
    let ordered =
        (1..=epochs).map(|epoch| Arc::new(loader.epoch(epoch)) as Arc<dyn DataLoader<ImageBatch>>);
    let classifier =
        Classifier { network: network::config(config, Shape::of(train)).unwrap().init(&autodiff) };
    let train = Epochs { epochs: ordered.collect(), next: AtomicUsize::new(0) };
    let learner =
        Learner::new(classifier, optimizer::init(config), ConstantLr::new(config.learning_rate));
    let folder = tempfile::tempdir().unwrap();
    let result =
        SupervisedTraining::new(Path::new(folder.path()), Arc::new(train), Arc::new(valid.clone()))
            .num_epochs(epochs)
            .renderer(Box::new(CliMetricsRenderer::new()))
            .with_application_logger(None)
            .launch(learner);
    result.model.network
}
