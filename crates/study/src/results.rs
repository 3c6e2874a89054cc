//! The results of the trials of a study.

use std::{collections::HashMap, convert::Infallible, ops::Deref};

use host::FileError;
use run::{Epoch, History, Outcome, Run, RunError, Summary};

use crate::{
    Experiment, Level, Study, StudyFolder,
    plan::number,
    stats::{Difference, Sample},
};

/// A study whose trials have run. Those that crashed are missing.
pub type Results = Study<Completed>;

/// A trial that has a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Completed {
    /// The name of its folder.
    pub name: String,
    /// The run, which has ended.
    pub run: Run<Summary>,
    /// Its epochs.
    pub history: History,
}

impl Deref for Completed {
    type Target = Run<Summary>;

    fn deref(&self) -> &Run<Summary> {
        &self.run
    }
}

/// The costs of reaching an accuracy, on average over the seeds of a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// Passes over the training rows.
    pub epochs: f64,
    /// Updates of the weights.
    pub updates: f64,
    /// Seconds of training.
    pub seconds: f64,
}

/// Reads every trial of a study that has ended. A damaged one has not, with a warning.
///
/// # Errors
/// `study.toml` cannot be read.
pub fn read(folder: &StudyFolder) -> Result<Results, FileError> {
    // A trial may belong to several experiments.
    let mut read: HashMap<String, Option<Completed>> = HashMap::new();
    let study = folder.read()?.try_map(|name| {
        let result = read.entry(name).or_insert_with_key(|name| {
            completed(folder, name).unwrap_or_else(|damage| {
                host::errln!("warning: {damage}; this run counts as not done");
                None
            })
        });
        Ok::<_, Infallible>(result.clone())
    });
    Ok(study.unwrap_or_else(|never| match never {}))
}

/// The result of a trial; none if it has not ended.
pub(crate) fn completed(folder: &StudyFolder, name: &str) -> Result<Option<Completed>, RunError> {
    let folder = folder.run(name);
    let Some((summary, history)) = folder.read_result()? else { return Ok(None) };
    let run = Run::record(folder)?.with(summary);
    Ok(Some(Completed { name: name.to_owned(), run, history }))
}

impl Results {
    /// Every run once.
    pub fn completed(&self) -> Vec<&Completed> {
        let mut trials: Vec<&Completed> = self.trials_of_levels().collect();
        trials.sort_by(|a, b| a.name.cmp(&b.name));
        trials.dedup_by(|a, b| a.name == b.name);
        trials
    }

    /// The run with the highest final validation accuracy, of those that have seen a test set.
    pub fn best(&self) -> Option<&Completed> {
        let accuracy = |trial: &Completed| {
            trial.summary.test_accuracy.and(trial.kept()).map(|epoch| epoch.valid.accuracy())
        };
        let measured =
            self.completed().into_iter().filter_map(|trial| Some((trial, accuracy(trial)?)));
        measured.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(trial, _)| trial)
    }
}

impl Experiment<Completed> {
    /// The levels whose seeds all succeeded, the highest mean of the final validation accuracy
    /// first.
    pub fn ranked(&self) -> Vec<&Level<Completed>> {
        let mut levels: Vec<&Level<Completed>> =
            self.levels.iter().filter(|level| level.succeeded()).collect();
        let accuracy = |level: &Level<Completed>| {
            level.last(|epoch| epoch.valid.accuracy()).map_or(0.0, |sample| sample.mean)
        };
        levels.sort_by(|a, b| accuracy(b).total_cmp(&accuracy(a)));
        levels
    }

    /// The values of a single factor, if they are different numbers.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        if self.design.factors.len() != 1 {
            return None;
        }
        let numbers: Vec<f64> =
            self.levels.iter().map(|level| number(level.values.first()?)).collect::<Option<_>>()?;
        let is_new = |(place, number): (usize, &f64)| !numbers[..place].contains(number);
        numbers.iter().enumerate().all(is_new).then(|| numbers.clone())
    }

    /// Whether the experiment compares batch sizes.
    pub fn varies_batch_size(&self) -> bool {
        self.design.factors.iter().any(|factor| factor == "batch_size")
    }
}

impl Level<Completed> {
    /// Whether every seed has a result, finished, and did not end near chance: only then can the
    /// level be compared.
    pub fn succeeded(&self) -> bool {
        self.trials.len() == self.planned && self.trials.iter().all(Completed::succeeded)
    }

    /// The number of seeds without a result.
    pub fn crashed(&self) -> usize {
        self.planned - self.trials.len()
    }

    /// The runs that ended near chance although their loss stayed a number.
    pub fn collapsed(&self) -> Vec<&Completed> {
        self.trials.iter().filter(|trial| trial.collapsed()).collect()
    }

    /// The runs that diverged: seed, epoch, step.
    pub fn diverged(&self) -> Vec<(u64, usize, usize)> {
        let place = |trial: &Completed| match trial.summary.outcome {
            Outcome::Diverged { epoch, step } => Some((trial.config.seed, epoch, step)),
            _ => None,
        };
        self.trials.iter().filter_map(place).collect()
    }

    /// A number of the epoch whose weights are kept, over the seeds that finished.
    pub fn last(&self, value: fn(&Epoch) -> f64) -> Option<Sample> {
        let finished =
            self.trials.iter().filter(|trial| trial.summary.outcome == Outcome::Finished);
        Sample::of(&finished.filter_map(|trial| trial.kept().map(value)).collect::<Vec<_>>())
    }

    /// The test accuracy, over the seeds that have one.
    pub fn test_accuracy(&self) -> Option<Sample> {
        Sample::of(
            &self.trials.iter().filter_map(|trial| trial.summary.test_accuracy).collect::<Vec<_>>(),
        )
    }

    /// Seconds of training, over the seeds that finished.
    pub fn seconds(&self) -> Option<Sample> {
        let finished =
            self.trials.iter().filter(|trial| trial.summary.outcome == Outcome::Finished);
        Sample::of(&finished.map(|trial| trial.summary.train_seconds).collect::<Vec<_>>())
    }

    /// The numbers of lost seeds by cause; none if no seed was lost.
    pub fn losses(&self) -> Vec<(usize, &'static str)> {
        let lost = [
            (self.diverged().len(), "diverged"),
            (self.collapsed().len(), "near chance"),
            (self.crashed(), "without a result"),
        ];
        lost.into_iter().filter(|(count, _)| *count > 0).collect()
    }

    /// The mean costs until a seed reaches this validation accuracy at the end of an epoch; none if
    /// a seed never does, or has no result.
    pub fn reached(&self, accuracy: f64) -> Option<Reached> {
        let each: Option<Vec<Reached>> =
            self.trials.iter().map(|trial| trial.reached(accuracy)).collect();
        let each = each.filter(|each| !each.is_empty() && each.len() == self.planned)?;
        let mean =
            |value: fn(&Reached) -> f64| each.iter().map(value).sum::<f64>() / each.len() as f64;
        Some(Reached {
            epochs: mean(|reached| reached.epochs),
            updates: mean(|reached| reached.updates),
            seconds: mean(|reached| reached.seconds),
        })
    }

    /// A number of the epoch whose weights are kept, for each seed that succeeded.
    pub fn by_seed(&self, value: fn(&Epoch) -> f64) -> Vec<(u64, f64)> {
        let succeeded = self.trials.iter().filter(|trial| trial.succeeded());
        succeeded.filter_map(|trial| Some((trial.config.seed, value(trial.kept()?)))).collect()
    }

    /// The differences of a number of the epoch whose weights are kept to that of another level,
    /// seed by seed.
    pub fn above(&self, other: &Self, value: fn(&Epoch) -> f64) -> Option<Difference> {
        let others = other.by_seed(value);
        let pair = |(seed, value): (u64, f64)| {
            others.iter().find(|(other, _)| *other == seed).map(|(_, other)| (value, *other))
        };
        Difference::of(&self.by_seed(value).into_iter().filter_map(pair).collect::<Vec<_>>())
    }
}

/// The part of the way from guessing to no mistakes below which a network is near chance.
const NEAR_CHANCE: f64 = 0.1;

impl Completed {
    /// The epoch whose weights are its result.
    pub fn kept(&self) -> Option<&Epoch> {
        match self.summary.kept_epoch {
            Some(epoch) => self.history.epochs().iter().find(|one| one.epoch == epoch),
            None => self.history.last(),
        }
    }

    /// The accuracy of guessing: 1 divided by the number of classes.
    pub fn chance(&self) -> f64 {
        1.0 / self.summary.classes.count() as f64
    }

    /// The bound of accuracies near chance: a tenth of the way from chance to 1.
    pub fn near_chance(&self) -> f64 {
        self.chance() + NEAR_CHANCE * (1.0 - self.chance())
    }

    /// Whether the run finished, and not near chance.
    pub fn succeeded(&self) -> bool {
        self.summary.outcome == Outcome::Finished && !self.collapsed()
    }

    /// Whether the run finished near chance.
    pub fn collapsed(&self) -> bool {
        let last = self.kept().map(|epoch| epoch.valid.accuracy());
        // NaN is not above chance.
        self.summary.outcome == Outcome::Finished
            && !last.is_some_and(|last| last >= self.near_chance())
    }

    /// Updates of the weights in an epoch.
    pub fn updates_an_epoch(&self) -> usize {
        self.summary.train_rows.div_ceil(self.config.batch_size)
    }

    /// Updates and seconds of training up to the end of an epoch.
    pub fn spent(&self, epoch: usize) -> (f64, f64) {
        let seconds = self.history.epochs().iter().take(epoch).map(|epoch| epoch.seconds).sum();
        ((epoch * self.updates_an_epoch()) as f64, seconds)
    }

    fn reached(&self, accuracy: f64) -> Option<Reached> {
        let epoch =
            self.history.epochs().iter().find(|epoch| epoch.valid.accuracy() >= accuracy)?.epoch;
        let (updates, seconds) = self.spent(epoch);
        Some(Reached { epochs: epoch as f64, updates, seconds })
    }
}
