//! The training loop.

use burn::data::dataloader::DataLoader;
use host::Stop;
use loader::ImageLoader;
use model::seed::mixed;
use run::{Epoch, LearningRates, Measures, Outcome, RunConfig};

use crate::{
    average::averaged,
    checkpoint::Checkpoints,
    clipping::clipped,
    display::Display,
    evaluation::evaluate,
    gradients::of_batch,
    loss::Loss,
    monitor::{Monitor, PassEnd},
    state::{Cursor, State},
    stopping,
    team::Team,
};

/// The constants of a training.
pub struct Training<'a> {
    /// Its settings.
    pub config: &'a RunConfig,
    /// What it minimizes.
    pub loss: Loss,
    /// Training rows, on the autodiff device.
    pub train: ImageLoader,
    /// Validation rows, on the plain device.
    pub valid: ImageLoader,
    /// Some of the training rows, on the plain device.
    pub train_eval: ImageLoader,
    /// Where the state goes after each epoch.
    pub checkpoints: &'a Checkpoints,
    /// The threads that it computes on.
    pub team: Team,
    /// The number of parts of a batch, each for a thread of its own.
    pub parts: usize,
    /// A request to stop after the current step.
    pub stop: &'a Stop,
}

impl Training<'_> {
    /// Trains until all epochs are done, the loss is no longer a number, or a stop is requested.
    /// The state is on disk after each epoch, and after the step at which training was stopped.
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
            let end;
            (state, end) = self.pass(state, display)?;
            match end {
                PassEnd::Complete => {}
                PassEnd::Stopped => {
                    self.checkpoints.save(&mut state)?;
                    return Ok((state, Outcome::Interrupted));
                }
                PassEnd::Diverged { step } => {
                    return Ok((state, Outcome::Diverged { epoch, step }));
                }
            }

            let Some(entry) = self.measure(&state)? else {
                // The last step has led there.
                let step = self.train.num_batches();
                return Ok((state, Outcome::Diverged { epoch, step }));
            };
            state.history.push(entry);
            state.cursor = Cursor::at(epoch + 1);
            self.checkpoints.save(&mut state)?;
            display.epoch(&state.history);
            if self.stop.is_asked() && !stopping::is_over(self.config, &state.history) {
                return Ok((state, Outcome::Interrupted));
            }
        }
        Ok((state, Outcome::Finished))
    }

    /// One pass over the training rows, or over the rest of them.
    fn pass(
        &self,
        mut state: State,
        display: &mut dyn Display,
    ) -> anyhow::Result<(State, PassEnd)> {
        let (epoch, first, steps) =
            (state.cursor.epoch, state.cursor.step, self.train.num_batches());
        let learning_rates = LearningRates::of(self.config, steps);
        let mut monitor = Monitor::new(&state.cursor, steps, self.stop, display);

        for (step, batch) in (first..).zip(self.train.epoch(epoch).after(first).iter()) {
            let seed = mixed(&[self.config.seed, epoch as u64, step as u64]);
            let (gradients, output) =
                of_batch(&state.network, &self.loss, batch?, seed, self.parts, &self.team);
            let gradients = clipped(gradients, &state.network, self.config.clip_grad_norm);
            let learning_rate = learning_rates.at(epoch, step);
            state.network = state.optimizer.step(learning_rate, state.network, gradients);
            state.average = averaged(state.average, &state.network, self.config.ema);
            if monitor.step(output)?.is_break() {
                break;
            }
        }

        let end = monitor.finish(&mut state.cursor)?;
        Ok((state, end))
    }

    /// The row of the history for an epoch that is done; none if a loss is not a finite number.
    fn measure(&self, state: &State) -> anyhow::Result<Option<Epoch>> {
        let (network, cursor) = (state.evaluated(), &state.cursor);
        let (same, train_eval) = (network.clone(), self.train_eval.clone());
        let (valid, train_eval) = self
            .team
            .both(|| evaluate(&network, &self.valid), move || evaluate(&same, &train_eval));
        Ok(match (cursor.totals.measures(), valid?, train_eval?) {
            (Some(train), Some(valid), Some(train_eval)) => {
                Some(entry(cursor, train, valid, train_eval))
            }
            _ => None,
        })
    }
}

fn entry(cursor: &Cursor, train: Measures, valid: Measures, train_eval: Measures) -> Epoch {
    Epoch {
        epoch: cursor.epoch,
        train,
        valid,
        train_eval: Some(train_eval),
        seconds: (cursor.seconds * 1e3).round() / 1e3,
        samples_per_second: (cursor.totals.samples as f64 / cursor.seconds).round(),
    }
}
