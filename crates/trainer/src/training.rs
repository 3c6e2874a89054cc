//! The training loop.

use std::time::{Duration, Instant};

use burn::{data::dataloader::DataLoader, module::Module, optim::GradientsParams};
use data::{ImageBatch, ImageLoader};
use host::Stop;
use run::{Epoch, LearningRates, Measures, Outcome, RunConfig};

use crate::{
    checkpoint::Checkpoints,
    display::{Display, Now},
    evaluation::evaluate,
    meter::{Meter, NotFinite},
    metrics::Output,
    network, seed,
    state::{Cursor, State},
    stopping,
};

/// How long measurements may stay on the device, and how many of them. The display is updated when
/// they are read.
const PENDING_FOR: Duration = Duration::from_millis(100);
const PENDING_BATCHES: usize = 256;

/// What does not change while a network is trained.
pub struct Training<'a> {
    /// What to do.
    pub config: &'a RunConfig,
    /// Training rows, on the autodiff device.
    pub train: ImageLoader,
    /// Validation rows, on the plain device.
    pub valid: ImageLoader,
    /// Some of the training rows, on the plain device.
    pub fit: ImageLoader,
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
    /// Trains until all epochs are done, the loss is no longer a number, or a stop is requested.
    /// The state is on disk after each epoch, and after the step at which it was stopped.
    ///
    /// # Errors
    /// The device failed, or the disk did.
    pub fn run(
        &self,
        mut state: State,
        display: &mut dyn Display,
    ) -> anyhow::Result<(State, Outcome)> {
        while !stopping::is_over(self.config, &state.history) {
            let epoch = state.cursor.epoch;
            let pass;
            (state, pass) = self.pass(state, display)?;
            match pass {
                Pass::Complete => {}
                Pass::Stopped => {
                    self.checkpoints.save(&mut state)?;
                    return Ok((state, Outcome::Interrupted));
                }
                Pass::Diverged { step } => return Ok((state, Outcome::Diverged { epoch, step })),
            }

            let network = state.network.valid();
            let measured = (
                state.cursor.totals.means(),
                evaluate(&network, &self.valid)?,
                evaluate(&network, &self.fit)?,
            );
            let (Some(train), Some(valid), fit @ Some(_)) = measured else {
                // The last step has led there.
                return Ok((state, Outcome::Diverged { epoch, step: self.train.num_batches() }));
            };
            state.history.push(entry(&state.cursor, train, valid, fit));
            state.cursor = Cursor::at(epoch + 1);
            self.checkpoints.save(&mut state)?;
            display.epoch(&state.history);
            if self.stop.is_asked() && !stopping::is_over(self.config, &state.history) {
                return Ok((state, Outcome::Interrupted));
            }
        }
        Ok((state, Outcome::Finished))
    }

    /// One pass over the training rows, or what is left of it: batch, forward, loss, backward,
    /// step, measure.
    fn pass(&self, state: State, display: &mut dyn Display) -> anyhow::Result<(State, Pass)> {
        let State { mut network, mut optimizer, history, mut cursor, best_sha256 } = state;
        let device = network.device();
        let mut meter = Meter::starting_from(cursor.totals.clone());
        let first = cursor.step;
        let steps = self.train.num_batches();
        let learning_rates = LearningRates::of(self.config, steps);
        let started = Instant::now();
        let (before, mut last_read) = (cursor.seconds, started);
        let mut pass = Pass::Complete;

        for batch in self.train.epoch(cursor.epoch).after(first).iter() {
            let ImageBatch { images, targets } = batch?;
            let seed = seed::mixed(&[self.config.seed, cursor.epoch as u64, cursor.step as u64]);
            if network::is_random(self.config) {
                device.seed(seed);
            }
            let logits = network::forward(&network, images, seed);
            let loss = kernels::cross_entropy(logits.clone(), targets.clone());
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            network =
                optimizer.step(learning_rates.at(cursor.epoch, cursor.step), network, gradients);
            meter.add(&Output {
                loss: loss.inner(),
                logits: logits.inner(),
                targets: targets.inner(),
            });
            cursor.step += 1;

            let stop = cursor.step < steps && self.stop.is_asked();
            if stop || meter.pending() == PENDING_BATCHES || last_read.elapsed() > PENDING_FOR {
                match meter.read()? {
                    Ok(totals) => display.step(&Now {
                        epoch: cursor.epoch,
                        totals: &totals,
                        elapsed: started.elapsed(),
                    }),
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
        Ok((State { network, optimizer, history, cursor, best_sha256 }, pass))
    }
}

/// The row of the history for an epoch that is done.
fn entry(cursor: &Cursor, train: Measures, valid: Measures, fit: Option<Measures>) -> Epoch {
    Epoch {
        epoch: cursor.epoch,
        train,
        valid,
        train_eval: fit,
        seconds: (cursor.seconds * 1e3).round() / 1e3,
        samples_per_second: (cursor.totals.samples as f64 / cursor.seconds).round(),
    }
}
