//! The learning rate, step by step.

use std::f64::consts::PI;

use crate::{RunConfig, Schedule};

/// The learning rate of every step of a run. It depends only on epoch and step, so checkpoints do
/// not store it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearningRates {
    base: f64,
    schedule: Schedule,
    gamma: f64,
    step_size: usize,
    /// Steps of an epoch, of the warm-up, and in total.
    epoch: usize,
    warmup: usize,
    all: usize,
}

impl LearningRates {
    /// The learning rates of a configuration, with this many steps per epoch.
    pub fn of(config: &RunConfig, steps_an_epoch: usize) -> Self {
        Self {
            base: config.learning_rate,
            schedule: config.schedule,
            gamma: config.gamma.unwrap_or(1.0),
            step_size: config.step_size.unwrap_or(1),
            epoch: steps_an_epoch,
            warmup: (config.warmup * steps_an_epoch as f64).round() as usize,
            all: config.epochs.saturating_mul(steps_an_epoch),
        }
    }

    /// The learning rate of this step of this epoch: the epoch from 1, the step from 0.
    ///
    /// In a warm-up of w steps, step t (from 0, over all epochs) has the fraction (t + 1) / w of
    /// the full rate (Goyal et al. 2017, <https://arxiv.org/abs/1706.02677>). The schedule begins
    /// when the warm-up is over.
    pub fn at(&self, epoch: usize, step: usize) -> f64 {
        let step = (epoch - 1) * self.epoch + step;
        let Some(warm) = step.checked_sub(self.warmup) else {
            return self.base * ((step + 1) as f64 / self.warmup as f64);
        };
        let epochs = warm / self.epoch;
        self.base
            * match self.schedule {
                Schedule::Constant => 1.0,
                Schedule::Step => self.gamma.powi((epochs / self.step_size) as i32),
                Schedule::Exponential => self.gamma.powi(epochs as i32),
                Schedule::Cosine => {
                    (1.0 + (PI * warm as f64 / (self.all - self.warmup) as f64).cos()) / 2.0
                }
            }
    }
}
