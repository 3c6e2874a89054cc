//! The results of the trials of a study.

use std::{collections::HashMap, convert::Infallible, ops::Deref};

use host::FileError;
use run::{Epoch, History, Keep, Outcome, Run, RunError, Summary};

use crate::{
    Experiment, Level, Study, StudyFolder,
    plan::{is_name, number},
    stats::Sample,
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
}

/// Reads every trial of a study that has ended. A damaged one has not, with a warning. A trial that
/// has not started is no part of its level yet: a study can be read while it runs.
///
/// # Errors
/// `study.toml` cannot be read.
pub fn read(folder: &StudyFolder) -> Result<Results, FileError> {
    // A trial may belong to several experiments.
    let mut read: HashMap<String, Option<Completed>> = HashMap::new();
    let mut study = folder.read()?;
    for level in study.experiments.iter_mut().flat_map(|experiment| &mut experiment.levels) {
        level.trials.retain(|name| folder.run(name).path().is_dir());
    }
    let study = study.try_map(|name| {
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
    /// The levels whose seeds all succeeded, the highest mean of the endpoint first; of equal
    /// means, in the order of the file.
    pub fn ranked(&self) -> Vec<&Level<Completed>> {
        let mut levels: Vec<(f64, &Level<Completed>)> = self
            .levels
            .iter()
            .filter(|level| level.succeeded())
            .filter_map(|level| Some((level.endpoint()?.mean, level)))
            .collect();
        levels.sort_by(|a, b| b.0.total_cmp(&a.0));
        levels.into_iter().map(|(_, level)| level).collect()
    }

    /// The values of a single factor, if they are different amounts.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        let [factor] = &self.design.factors[..] else { return None };
        if is_name(factor) {
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

/// The way in which a trial ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It finished, better than chance.
    Learned,
    /// It finished near chance, and its accuracy still rose or its loss still fell.
    NotYetLearned,
    /// It finished near chance, after an epoch that was better.
    Collapsed,
    /// It was never better than chance.
    NeverLearned,
    /// Its loss was no longer a number.
    Diverged,
    /// It was stopped.
    Interrupted,
}

impl Fate {
    /// In words, of several seeds: `2 of 5 collapsed`.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Learned => "learned",
            Self::NotYetLearned => "not yet learned",
            Self::Collapsed => "collapsed",
            Self::NeverLearned => "never learned",
            Self::Diverged => "diverged",
            Self::Interrupted => "stopped",
        }
    }
}

impl Level<Completed> {
    /// Whether every seed has a result, and each [succeeded](Completed::succeeded): only then can
    /// the level be compared.
    pub fn succeeded(&self) -> bool {
        self.trials.len() == self.planned
            && !self.trials.is_empty()
            && self.trials.iter().all(Completed::succeeded)
    }

    /// The number of seeds without a result.
    pub fn crashed(&self) -> usize {
        self.planned - self.trials.len()
    }

    /// The runs with this fate.
    pub fn with(&self, fate: Fate) -> Vec<&Completed> {
        self.trials.iter().filter(|trial| trial.fate() == fate).collect()
    }

    /// The compared accuracies, one for each seed that succeeded.
    pub fn endpoints(&self) -> Vec<f64> {
        let succeeded = self.trials.iter().filter(|trial| trial.succeeded());
        succeeded.filter_map(|trial| trial.endpoint(self.averaged)).collect()
    }

    /// The compared accuracy over the seeds that finished.
    pub fn endpoint(&self) -> Option<Sample> {
        let each = self.finished().filter_map(|trial| trial.endpoint(self.averaged));
        Sample::of(&each.collect::<Vec<_>>())
    }

    /// The accuracy of one validation row: the least standard deviation that counts.
    pub fn floor(&self) -> f64 {
        let rows = self.trials.iter().map(|trial| trial.summary.valid_rows).min().unwrap_or(1);
        1.0 / rows.max(1) as f64
    }

    /// A number of the epoch whose weights are kept, over the seeds that finished.
    pub fn last(&self, value: fn(&Epoch) -> f64) -> Option<Sample> {
        let kept = self.finished().filter_map(Completed::kept);
        Sample::of(&kept.map(value).collect::<Vec<_>>())
    }

    /// The test accuracy, over the seeds that have one.
    pub fn test_accuracy(&self) -> Option<Sample> {
        Sample::of(
            &self.trials.iter().filter_map(|trial| trial.summary.test_accuracy).collect::<Vec<_>>(),
        )
    }

    /// Seconds of training of an epoch, for each seed that finished.
    pub fn seconds_of_an_epoch(&self) -> Vec<f64> {
        let seconds = |trial: &Completed| {
            let epochs = trial.history.epochs().len();
            (epochs > 0).then(|| trial.spent(epochs).1 / epochs as f64)
        };
        self.finished().filter_map(seconds).collect()
    }

    /// Seconds of training, for each seed that finished.
    pub fn seconds(&self) -> Vec<f64> {
        self.finished().map(|trial| trial.summary.train_seconds).collect()
    }

    fn finished(&self) -> impl Iterator<Item = &Completed> {
        self.trials.iter().filter(|trial| trial.summary.outcome == Outcome::Finished)
    }

    /// The numbers of lost seeds by cause; none if no seed was lost.
    pub fn losses(&self) -> Vec<(usize, &'static str)> {
        let lost = [Fate::Diverged, Fate::Collapsed, Fate::NeverLearned, Fate::Interrupted];
        let lost = lost.map(|fate| (self.with(fate).len(), fate.in_words()));
        let crashed = (self.crashed(), "without a result");
        lost.into_iter().chain([crashed]).filter(|(count, _)| *count > 0).collect()
    }

    /// Whether most seeds [still improved](Completed::still_improves) when training stopped.
    pub fn still_improves(&self) -> bool {
        2 * self.trials.iter().filter(|trial| trial.still_improves()).count() > self.trials.len()
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
        })
    }
}

/// The part of the way from chance to no mistakes below which a network is near chance.
const NEAR_CHANCE: f64 = 0.1;
/// A fall of the loss by this fraction in the last fifth of the epochs is an improvement.
const LOSS_FALLS: f64 = 0.05;
/// A rise of the accuracy by this much in the last fifth of the epochs is an improvement.
const ACCURACY_RISES: f64 = 0.005;

impl Completed {
    /// The epoch whose weights are its result.
    pub fn kept(&self) -> Option<&Epoch> {
        match self.summary.kept_epoch {
            Some(epoch) => self.history.epochs().iter().find(|one| one.epoch == epoch),
            None => self.history.last(),
        }
    }

    /// The mean validation accuracy of so many last epochs, of fewer where it has fewer; with
    /// `keep = "best"`, that of the kept epoch. None if it is not a number.
    pub fn endpoint(&self, averaged: usize) -> Option<f64> {
        let accuracy = |epoch: &Epoch| epoch.valid.accuracy();
        let epochs = self.history.epochs();
        let last = &epochs[epochs.len().saturating_sub(averaged)..];
        let endpoint = match self.config.keep {
            Keep::Best => self.kept().map(accuracy),
            Keep::Last => {
                Sample::of(&last.iter().map(accuracy).collect::<Vec<_>>()).map(|sample| sample.mean)
            }
        };
        endpoint.filter(|endpoint| endpoint.is_finite())
    }

    /// The accuracy of the best constant answer: the share of the largest class of the validation
    /// rows. Older runs do not record it; theirs is 1 divided by the number of classes.
    pub fn chance(&self) -> f64 {
        let recorded = self.summary.largest_class;
        recorded.unwrap_or(1.0 / self.summary.classes.count() as f64)
    }

    /// The bound of accuracies near chance: a tenth of the way from chance to 1.
    pub fn near_chance(&self) -> f64 {
        self.chance() + NEAR_CHANCE * (1.0 - self.chance())
    }

    /// The way in which it ended.
    pub fn fate(&self) -> Fate {
        // NaN is not above chance.
        let is_above = |epoch: &Epoch| epoch.valid.accuracy() >= self.near_chance();
        match self.summary.outcome {
            Outcome::Diverged { .. } => Fate::Diverged,
            Outcome::Interrupted => Fate::Interrupted,
            Outcome::Finished
                if self.kept().is_some_and(is_above) && self.endpoint(1).is_some() =>
            {
                Fate::Learned
            }
            Outcome::Finished if self.history.epochs().iter().any(is_above) => Fate::Collapsed,
            Outcome::Finished if self.still_improves() => Fate::NotYetLearned,
            Outcome::Finished => Fate::NeverLearned,
        }
    }

    /// Whether it finished, and its accuracy is a result: better than chance, or on its way there.
    pub fn succeeded(&self) -> bool {
        matches!(self.fate(), Fate::Learned | Fate::NotYetLearned)
    }

    /// Whether it stopped before its last epoch, because it no longer improved.
    pub fn stopped_early(&self) -> bool {
        self.config.patience.is_some() && self.summary.epochs < self.config.epochs
    }

    /// Whether the validation loss fell by more than 5 %, or the validation accuracy rose by more
    /// than 0.5 points, in the last fifth of the epochs (rounded up). A run that stopped early no
    /// longer improved; of a single epoch, that is not known.
    pub fn still_improves(&self) -> bool {
        let epochs = self.history.epochs();
        let before = epochs.len().checked_sub(1 + epochs.len().div_ceil(5));
        let (Some(before), Some(last)) = (before.map(|at| &epochs[at]), epochs.last()) else {
            return false;
        };
        let falls = last.valid.loss() < before.valid.loss() * (1.0 - LOSS_FALLS);
        let rises = last.valid.accuracy() > before.valid.accuracy() + ACCURACY_RISES;
        !self.stopped_early() && (falls || rises)
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
        Some(Reached { epochs: epoch as f64, updates: self.spent(epoch).0 })
    }
}
