//! What the runs of an analysis gave.

use run::{Design, Epoch, History, Outcome, Provenance, RunConfig, Settings, SettingsError, StudyFolder, Summary};
use toml::Value;

use crate::{ReportError, stats::Sample};

/// An analysis.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// In the order of the report.
    pub experiments: Vec<Experiment>,
}

/// An experiment and its levels.
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// What it compares.
    pub design: Design,
    /// In the order of the file.
    pub levels: Vec<Level>,
}

/// A level: the same run with several seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// In words: `learning rate 0.1`.
    pub label: String,
    /// The values of the factors.
    pub values: Vec<Value>,
    /// How many runs it should have.
    pub planned: usize,
    /// By seed; those that crashed are missing.
    pub trials: Vec<Trial>,
}

/// A run.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
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

/// Reads every run of an analysis that has ended. Runs that crashed are not there.
///
/// # Errors
/// A file cannot be read.
pub fn read(folder: &StudyFolder) -> Result<Results, ReportError> {
    let mut experiments = Vec::new();
    for experiment in folder.read()?.experiments {
        let mut levels = Vec::new();
        for level in experiment.levels {
            let fields = experiment.design.fields().zip(&level.values);
            let told: Vec<String> = fields.map(|(field, value)| describe(field, value)).collect();
            let mut trials = Vec::new();
            for name in &level.runs {
                trials.extend(trial(folder, name)?);
            }
            let values = level.values[..experiment.design.factors.len()].to_vec();
            levels.push(Level { label: told.join(", "), values, planned: level.runs.len(), trials });
        }
        experiments.push(Experiment { design: experiment.design, levels });
    }
    Ok(Results { experiments })
}

fn trial(folder: &StudyFolder, name: &str) -> Result<Option<Trial>, ReportError> {
    let run = folder.run(name);
    let Some(summary) = run.read_summary()?.filter(|summary| summary.outcome != Outcome::Interrupted) else {
        return Ok(None);
    };
    let settings = Settings::read(&run.run_toml())?;
    let provenance = settings.provenance.clone().unwrap_or_default();
    let config = settings.resolve().map_err(|invalid| SettingsError::InFile { path: run.run_toml(), invalid })?;
    // A run that diverged in its first epoch has no history.
    let history = if summary.epochs == 0 { History::default() } else { run.read_history()? };
    Ok(Some(Trial { name: name.to_owned(), config, provenance, history, summary }))
}

/// A field in words.
pub fn field_name(field: &str) -> String {
    field.replace('_', " ")
}

/// A value in words.
pub fn value_name(value: &Value) -> String {
    match value {
        Value::Boolean(true) => "on".to_owned(),
        Value::Boolean(false) => "off".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(value_name).collect::<Vec<_>>().join("-"),
        Value::Float(number) => number.to_string(),
        other => other.to_string(),
    }
}

fn describe(field: &str, value: &Value) -> String {
    format!("{} {}", field_name(field), value_name(value))
}

impl Results {
    /// Every run once.
    pub fn trials(&self) -> Vec<&Trial> {
        let all = self.experiments.iter().flat_map(|experiment| &experiment.levels).flat_map(|level| &level.trials);
        let mut trials: Vec<&Trial> = all.collect();
        trials.sort_by(|a, b| a.name.cmp(&b.name));
        trials.dedup_by(|a, b| a.name == b.name);
        trials
    }

    /// The run with the highest final validation accuracy, of those that have seen a test set.
    pub fn best(&self) -> Option<&Trial> {
        let accuracy = |trial: &Trial| trial.summary.test_accuracy.and(trial.summary.final_valid_accuracy);
        let measured = self.trials().into_iter().filter_map(|trial| Some((trial, accuracy(trial)?)));
        measured.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(trial, _)| trial)
    }
}

impl Experiment {
    /// The levels of which every run finished, best final validation accuracy first.
    pub fn ranked(&self) -> Vec<&Level> {
        let mut levels: Vec<&Level> = self.levels.iter().filter(|level| level.finished()).collect();
        let accuracy = |level: &Level| level.last(|epoch| epoch.valid_accuracy).map_or(0.0, |sample| sample.mean);
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

/// A value as a number.
pub fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|number| number as f64))
}

impl Level {
    /// Whether every run finished.
    pub fn finished(&self) -> bool {
        self.trials.len() == self.planned && self.trials.iter().all(|trial| trial.summary.outcome == Outcome::Finished)
    }

    /// The runs that diverged: seed, epoch, step.
    pub fn diverged(&self) -> Vec<(u64, usize, usize)> {
        let place = |trial: &Trial| match trial.summary.outcome {
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

impl Trial {
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
        let epoch = self.history.epochs().iter().find(|epoch| epoch.valid_accuracy >= accuracy)?.epoch;
        let (updates, seconds) = self.spent(epoch);
        Some(Reached { epochs: epoch as f64, updates, seconds })
    }
}
