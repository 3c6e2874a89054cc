//! The loop.

use std::time::{Duration, Instant};

use burn::{
    data::dataloader::DataLoader,
    module::Module,
    nn::loss::CrossEntropyLossConfig,
    optim::{GradientsParams, ModuleOptimizer, SgdConfig, decay::WeightDecayConfig, momentum::MomentumConfig},
    tensor::Device,
    train::Interrupter,
};
use data::{DeviceLoader, DigitBatch};
use model::{Mlp, MlpConfig};
use run::{Epoch, History, Outcome, RunConfig};
use serde::{Deserialize, Serialize};

use crate::{
    checkpoint::Checkpoints,
    display::{Display, Now},
    evaluation::evaluate,
    meter::{Meter, NotFinite, Totals},
};

/// How long measurements may stay on the device, and how many of them. The display is updated when they are read.
const UNSETTLED_FOR: Duration = Duration::from_millis(100);
const UNSETTLED_BATCHES: usize = 256;

/// What does not change while a network is trained.
pub struct Training<'a> {
    /// What to do.
    pub config: &'a RunConfig,
    /// Training rows, on the autodiff device.
    pub train: DeviceLoader,
    /// Validation rows, on the plain device.
    pub valid: DeviceLoader,
    /// Where the state goes after each epoch.
    pub checkpoints: &'a Checkpoints,
    /// Asks for a stop after the current step.
    pub stop: &'a Interrupter,
}

/// What changes: all it takes to go on.
pub struct State {
    /// The network.
    pub network: Mlp,
    /// With its momenta.
    pub optimizer: ModuleOptimizer,
    /// The epochs done.
    pub history: History,
    /// The epoch under way.
    pub cursor: Cursor,
}

/// A place in a training: which step comes next, and what the epoch has given so far.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// The epoch under way, from 1.
    pub epoch: usize,
    /// Steps done in it.
    pub step: usize,
    /// Seconds they took.
    pub seconds: f64,
    /// What they measured.
    pub totals: Totals,
}

/// How a pass over the training rows ended.
enum Pass {
    Complete,
    Stopped,
    Diverged { step: usize },
}

impl Cursor {
    /// Before the first step of this epoch.
    pub fn at(epoch: usize) -> Self {
        Self { epoch, step: 0, seconds: 0.0, totals: Totals::default() }
    }
}

impl State {
    /// A network with fresh weights, before its first step.
    pub fn fresh(config: &RunConfig, device: &Device) -> Self {
        Self {
            network: network(config).init(device),
            optimizer: optimizer(config).init(),
            history: History::default(),
            cursor: Cursor::at(1),
        }
    }
}

/// The network that a config describes.
pub fn network(config: &RunConfig) -> MlpConfig {
    MlpConfig::new()
        .with_hidden(config.hidden.clone())
        .with_dropout(config.dropout)
        .with_layer_norm(config.layer_norm)
        .with_seed(config.seed)
}

/// The optimizer that a config describes: v ← μ v + g, w ← w − η v with g the gradient plus λ w, as PyTorch's SGD.
pub fn optimizer(config: &RunConfig) -> SgdConfig {
    let mut sgd = SgdConfig::new();
    if config.momentum > 0.0 {
        sgd = sgd.with_momentum(Some(MomentumConfig::new().with_momentum(config.momentum).with_dampening(0.0)));
    }
    if config.weight_decay > 0.0 {
        sgd = sgd.with_weight_decay(Some(WeightDecayConfig::new(config.weight_decay as f32)));
    }
    sgd
}

impl Training<'_> {
    /// Trains until all epochs are done, the loss is no number any more, or somebody asks to stop. The state is on
    /// disk after each epoch, and after the step at which it was stopped.
    ///
    /// # Errors
    /// The device failed, or the disk did.
    pub fn run(&self, mut state: State, display: &mut dyn Display) -> anyhow::Result<(State, Outcome)> {
        while state.cursor.epoch <= self.config.epochs {
            let epoch = state.cursor.epoch;
            let pass;
            (state, pass) = self.pass(state, display)?;
            match pass {
                Pass::Complete => {}
                Pass::Stopped => {
                    self.checkpoints.save(&state)?;
                    return Ok((state, Outcome::Interrupted));
                }
                Pass::Diverged { step } => return Ok((state, Outcome::Diverged { epoch, step })),
            }

            let Some(valid) = evaluate(&state.network.valid(), &self.valid)? else {
                // The last step has led there.
                return Ok((state, Outcome::Diverged { epoch, step: self.train.num_batches() }));
            };
            let Cursor { seconds, totals: train, .. } = state.cursor;
            state.history.push(Epoch {
                epoch,
                train_loss: train.mean_loss(),
                train_accuracy: train.accuracy(),
                valid_loss: valid.mean_loss(),
                valid_accuracy: valid.accuracy(),
                seconds: (seconds * 1e3).round() / 1e3,
                samples_per_second: (train.samples as f64 / seconds).round(),
            });
            state.cursor = Cursor::at(epoch + 1);
            self.checkpoints.save(&state)?;
            display.epoch(&state.history);
        }
        Ok((state, Outcome::Finished))
    }

    /// One pass over the training rows, or what is left of it: batch, forward, loss, backward, step, measure.
    fn pass(&self, state: State, display: &mut dyn Display) -> anyhow::Result<(State, Pass)> {
        let State { mut network, mut optimizer, history, mut cursor } = state;
        let device = network.device();
        let criterion = CrossEntropyLossConfig::new().init(&device);
        let mut meter = Meter::starting_from(cursor.totals);
        let first = cursor.step;
        let steps = self.train.num_batches();
        let started = Instant::now();
        let (before, mut settled) = (cursor.seconds, started);
        let mut pass = Pass::Complete;

        for batch in self.train.epoch(cursor.epoch).after(first).iter() {
            let DigitBatch { images, targets } = batch?;
            if self.config.dropout > 0.0 {
                device.seed(seed_of_step(self.config.seed, cursor.epoch, cursor.step));
            }
            let logits = network.forward(images);
            let loss = criterion.forward(logits.clone(), targets.clone());
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            network = optimizer.step(self.config.learning_rate, network, gradients);
            meter.add(loss.inner(), logits.inner(), targets.inner());
            cursor.step += 1;

            let stop = cursor.step < steps && self.stop.should_stop();
            if stop || meter.unsettled() == UNSETTLED_BATCHES || settled.elapsed() > UNSETTLED_FOR {
                match meter.settle()? {
                    Ok(totals) => display.step(&Now { epoch: cursor.epoch, totals, elapsed: started.elapsed() }),
                    Err(_) => break,
                }
                settled = Instant::now();
            }
            if stop {
                pass = Pass::Stopped;
                break;
            }
        }

        match meter.settle()? {
            Ok(totals) => cursor.totals = totals,
            Err(NotFinite(step)) => pass = Pass::Diverged { step: first + step + 1 },
        }
        cursor.seconds = before + started.elapsed().as_secs_f64();
        Ok((State { network, optimizer, history, cursor }, pass))
    }
}

/// What dropout draws from in a step: a function of the run's seed and the place in the run alone, so that nothing of
/// a generator need be saved to go on. (The mixing is SplitMix64's: Steele, Lea, Flood 2014,
/// <https://doi.org/10.1145/2660193.2660195>.)
fn seed_of_step(seed: u64, epoch: usize, step: usize) -> u64 {
    [seed, epoch as u64, step as u64].into_iter().fold(0, |state: u64, part| {
        let z = (state ^ part).wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}
