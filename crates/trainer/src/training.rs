//! The training loop.

use std::time::{Duration, Instant};

use burn::{data::dataloader::DataLoader, module::Module, nn::loss::CrossEntropyLossConfig, optim::GradientsParams};
use data::{DeviceLoader, ImageBatch};
use run::{Epoch, LearningRates, Measures, Outcome, RunConfig};

use crate::{
    checkpoint::Checkpoints,
    display::{Display, Now},
    evaluation::evaluate,
    meter::{Meter, NotFinite},
    metrics::Output,
    network,
    state::{Cursor, State},
    stop::Stop,
    stopping,
};

/// How long measurements may stay on the device, and how many of them. The display is updated when they are read.
const PENDING_FOR: Duration = Duration::from_millis(100);
const PENDING_BATCHES: usize = 256;

/// What does not change while a network is trained.
pub struct Training<'a> {
    /// What to do.
    pub config: &'a RunConfig,
    /// Training rows, on the autodiff device.
    pub train: DeviceLoader,
    /// Validation rows, on the plain device.
    pub valid: DeviceLoader,
    /// Some of the training rows, on the plain device.
    pub fit: DeviceLoader,
    /// Where the state goes after each epoch.
    pub checkpoints: &'a Checkpoints,
    /// Asks for a stop after the current step.
    pub stop: &'a Stop,
}

/// How a pass over the training rows ended.
enum Pass {
    Complete,
    Stopped,
    Diverged { step: usize },
}

impl Training<'_> {
    /// Trains until all epochs are done, the loss is no longer a number, or a stop is requested. The state is on
    /// disk after each epoch, and after the step at which it was stopped.
    ///
    /// # Errors
    /// The device failed, or the disk did.
    pub fn run(&self, mut state: State, display: &mut dyn Display) -> anyhow::Result<(State, Outcome)> {
        while !stopping::is_over(self.config, &state.history) {
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

            let network = state.network.valid();
            let measured =
                (state.cursor.totals.means(), evaluate(&network, &self.valid)?, evaluate(&network, &self.fit)?);
            let (Some(train), Some(valid), fit @ Some(_)) = measured else {
                // The last step has led there.
                return Ok((state, Outcome::Diverged { epoch, step: self.train.num_batches() }));
            };
            state.history.push(entry(&state.cursor, train, valid, fit));
            state.cursor = Cursor::at(epoch + 1);
            self.checkpoints.save(&state)?;
            display.epoch(&state.history);
            if self.stop.is_asked() && !stopping::is_over(self.config, &state.history) {
                return Ok((state, Outcome::Interrupted));
            }
        }
        Ok((state, Outcome::Finished))
    }

    /// One pass over the training rows, or what is left of it: batch, forward, loss, backward, step, measure.
    fn pass(&self, state: State, display: &mut dyn Display) -> anyhow::Result<(State, Pass)> {
        let State { mut network, mut optimizer, history, mut cursor } = state;
        let device = network.device();
        let criterion = CrossEntropyLossConfig::new().init(&device);
        let mut meter = Meter::starting_from(cursor.totals.clone());
        let first = cursor.step;
        let steps = self.train.num_batches();
        let learning_rates = LearningRates::of(self.config, steps);
        let started = Instant::now();
        let (before, mut last_read) = (cursor.seconds, started);
        let mut pass = Pass::Complete;

        for batch in self.train.epoch(cursor.epoch).after(first).iter() {
            let ImageBatch { images, targets } = batch?;
            if network::is_random(self.config) {
                device.seed(seed_of_step(self.config.seed, cursor.epoch, cursor.step));
            }
            let logits = network.forward(images);
            let loss = criterion.forward(logits.clone(), targets.clone());
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            network = optimizer.step(learning_rates.at(cursor.epoch, cursor.step), network, gradients);
            meter.add(&Output { loss: loss.inner(), logits: logits.inner(), targets: targets.inner() });
            cursor.step += 1;

            let stop = cursor.step < steps && self.stop.is_asked();
            if stop || meter.pending() == PENDING_BATCHES || last_read.elapsed() > PENDING_FOR {
                match meter.read()? {
                    Ok(totals) => {
                        display.step(&Now { epoch: cursor.epoch, totals: &totals, elapsed: started.elapsed() })
                    }
                    Err(_) => break,
                }
                last_read = Instant::now();
            }
            if stop {
                pass = Pass::Stopped;
                break;
            }
        }

        match meter.read()? {
            Ok(totals) => cursor.totals = totals,
            Err(NotFinite(step)) => pass = Pass::Diverged { step: first + step + 1 },
        }
        cursor.seconds = before + started.elapsed().as_secs_f64();
        Ok((State { network, optimizer, history, cursor }, pass))
    }
}

/// The row of the history for an epoch that is done.
fn entry(cursor: &Cursor, train: Measures, valid: Measures, fit: Option<Measures>) -> Epoch {
    Epoch {
        epoch: cursor.epoch,
        train,
        valid,
        fit,
        seconds: (cursor.seconds * 1e3).round() / 1e3,
        samples_per_second: (cursor.totals.samples as f64 / cursor.seconds).round(),
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
