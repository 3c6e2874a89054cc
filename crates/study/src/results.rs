//! What came of the trials of a study.

use run::{Epoch, History, Outcome, Provenance, RunConfig, Settings, SettingsError, Summary, folder::FolderError};
use toml::Value;

use crate::{Experiment, Level, Study, StudyFolder, plan::number, stats::Sample};

/// A study whose trials have run. Those that crashed are missing.
pub type Results = Study<Completed>;

/// A trial that has a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Completed {
    /// The name of its folder.
    pub name: String,
    /// What it did.
    pub config: RunConfig,
    /// Where and from what.
    pub provenance: Provenance,
    /// Its epochs.
    pub history: History,
    /// How it ended.
    pub summary: Summary,
}

/// Why results cannot be read. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// A file cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A `run.toml` is damaged.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// How soon a level reached an accuracy, on average over its seeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// Passes over the training rows.
    pub epochs: f64,
    /// Updates of the weights.
    pub updates: f64,
    /// Seconds of training.
    pub seconds: f64,
}

/// Reads every trial of a study that has ended.
///
/// # Errors
/// A file cannot be read.
pub fn read(folder: &StudyFolder) -> Result<Results, ResultsError> {
    folder.read()?.try_map(|name| completed(folder, name))
}

fn completed(folder: &StudyFolder, name: String) -> Result<Option<Completed>, ResultsError> {
    let run = folder.run(&name);
    let Some(summary) = run.read_summary()?.filter(|summary| summary.outcome != Outcome::Interrupted) else {
        return Ok(None);
    };
    let settings = Settings::read(&run.run_toml())?;
    let provenance = settings.provenance.clone().unwrap_or_default();
    let config = settings.resolve().map_err(|invalid| SettingsError::InFile { path: run.run_toml(), invalid })?;
    // A run that diverged in its first epoch has no history.
    let history = if summary.epochs == 0 { History::default() } else { run.read_history()? };
    Ok(Some(Completed { name, config, provenance, history, summary }))
}

impl Results {
    /// Every run once.
    pub fn completed(&self) -> Vec<&Completed> {
        let all = self.experiments.iter().flat_map(|experiment| &experiment.levels).flat_map(|level| &level.trials);
        let mut trials: Vec<&Completed> = all.collect();
        trials.sort_by(|a, b| a.name.cmp(&b.name));
        trials.dedup_by(|a, b| a.name == b.name);
        trials
    }

    /// The run with the highest final validation accuracy, of those that have seen a test set.
    pub fn best(&self) -> Option<&Completed> {
        let accuracy = |trial: &Completed| trial.summary.test_accuracy.and(trial.summary.final_valid_accuracy);
        let measured = self.completed().into_iter().filter_map(|trial| Some((trial, accuracy(trial)?)));
        measured.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(trial, _)| trial)
    }
}

impl Experiment<Completed> {
    /// The levels of which every run finished, best final validation accuracy first.
    pub fn ranked(&self) -> Vec<&Level<Completed>> {
        let mut levels: Vec<&Level<Completed>> = self.levels.iter().filter(|level| level.finished()).collect();
        let accuracy =
            |level: &Level<Completed>| level.last(|epoch| epoch.valid.accuracy()).map_or(0.0, |sample| sample.mean);
        levels.sort_by(|a, b| accuracy(b).total_cmp(&accuracy(a)));
        levels
    }

    /// The numbers of the only factor, if they are numbers.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        if self.design.factors.len() != 1 {
            return None;
        }
        self.levels.iter().map(|level| number(level.values.first()?)).collect()
    }

    /// The values of a factor, in the order of the file.
    pub fn values(&self, factor: usize) -> Vec<&Value> {
        let mut values: Vec<&Value> = Vec::new();
        for level in &self.levels {
            if !values.contains(&&level.values[factor]) {
                values.push(&level.values[factor]);
            }
        }
        values
    }

    /// Whether this compares batch sizes.
    pub fn varies_batch_size(&self) -> bool {
        self.design.factors.iter().any(|factor| factor == "batch_size")
    }
}

impl Level<Completed> {
    /// Whether every run finished.
    pub fn finished(&self) -> bool {
        self.trials.len() == self.planned && self.trials.iter().all(|trial| trial.summary.outcome == Outcome::Finished)
    }

    /// The runs that diverged: seed, epoch, step.
    pub fn diverged(&self) -> Vec<(u64, usize, usize)> {
        let place = |trial: &Completed| match trial.summary.outcome {
            Outcome::Diverged { epoch, step } => Some((trial.config.seed, epoch, step)),
            _ => None,
        };
        self.trials.iter().filter_map(place).collect()
    }

    /// A number of the last epoch, over the seeds that finished.
    pub fn last(&self, value: fn(&Epoch) -> f64) -> Option<Sample> {
        let finished = self.trials.iter().filter(|trial| trial.summary.outcome == Outcome::Finished);
        Sample::of(&finished.filter_map(|trial| trial.history.last().map(value)).collect::<Vec<_>>())
    }

    /// The test accuracy, over the seeds that have one.
    pub fn test_accuracy(&self) -> Option<Sample> {
        Sample::of(&self.trials.iter().filter_map(|trial| trial.summary.test_accuracy).collect::<Vec<_>>())
    }

    /// Seconds of training, over the seeds.
    pub fn seconds(&self) -> Option<Sample> {
        Sample::of(&self.trials.iter().map(|trial| trial.summary.train_seconds).collect::<Vec<_>>())
    }

    /// How soon every seed had reached this validation accuracy at the end of an epoch; none if one never did.
    pub fn reached(&self, accuracy: f64) -> Option<Reached> {
        let each: Option<Vec<Reached>> = self.trials.iter().map(|trial| trial.reached(accuracy)).collect();
        let each = each.filter(|each| !each.is_empty())?;
        let mean = |value: fn(&Reached) -> f64| each.iter().map(value).sum::<f64>() / each.len() as f64;
        Some(Reached {
            epochs: mean(|reached| reached.epochs),
            updates: mean(|reached| reached.updates),
            seconds: mean(|reached| reached.seconds),
        })
    }

    /// A number of each seed's last epoch, by seed.
    pub fn by_seed(&self, value: fn(&Epoch) -> f64) -> Vec<(u64, f64)> {
        self.trials.iter().filter_map(|trial| Some((trial.config.seed, value(trial.history.last()?)))).collect()
    }
}

impl Completed {
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
        let epoch = self.history.epochs().iter().find(|epoch| epoch.valid.accuracy() >= accuracy)?.epoch;
        let (updates, seconds) = self.spent(epoch);
        Some(Reached { epochs: epoch as f64, updates, seconds })
    }
}
