//! What a study consists of, whatever is known of its trials: that they are to be run, their names, or what came of them.

use std::{collections::BTreeMap, convert::Infallible};

use run::{Optimizer, RunConfig, Settings, config::value_name, settings::SETTINGS};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::Value;

/// Experiments that are run and reported on together, and share the trials that they have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Study<T> {
    /// In the order of the report.
    pub experiments: Vec<Experiment<T>>,
}

/// A comparison of levels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Experiment<T> {
    /// What it compares.
    pub design: Design,
    /// In the order of the file.
    pub levels: Vec<Level<T>>,
}

/// What an experiment compares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Design {
    /// The name of its file, without the ending.
    pub name: String,
    /// What it is about.
    pub title: String,
    /// The settings that are varied: one, or two whose every combination is a level.
    pub factors: Vec<String>,
    /// The settings that change along with the factor.
    pub along: Vec<String>,
}

/// A level of an experiment: the same run with several seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level<T> {
    /// In words: `learning rate 0.1`.
    #[serde(skip)]
    pub label: String,
    /// The values of the factors, then of the settings along.
    pub values: Vec<Value>,
    /// How many trials it should have. Those that crashed are missing among its [`trials`](Self::trials).
    #[serde(skip)]
    pub planned: usize,
    /// By seed.
    #[serde(rename = "runs")]
    pub trials: Vec<T>,
}

/// A run of a study, to be trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The name of its folder.
    pub name: String,
    /// What it does.
    pub config: RunConfig,
}

impl Trial {
    /// A trial that does this.
    pub fn of(config: RunConfig) -> Self {
        Self { name: name(&config), config }
    }
}

/// A name that tells the usual factors, and by its last part all settings that are not as they are by default: a setting that
/// is new leaves the names of runs without it as they were.
fn name(config: &RunConfig) -> String {
    let default = Settings::default().resolve().ok();
    let mut hash = Sha256::new();
    for setting in SETTINGS {
        let value = config.value(setting.name);
        if default.as_ref().is_none_or(|default| default.value(setting.name) != value) {
            hash.update(format!("{} = {}\n", setting.name, value.map_or_else(String::new, |value| value.to_string())));
        }
    }
    let hash = hex::encode(&hash.finalize()[..3]);
    format!(
        "{}lr{}-batch{}-dropout{}-{}seed{}-{hash}",
        if config.optimizer == Optimizer::Sgd { String::new() } else { format!("{}-", config.optimizer) },
        config.learning_rate,
        config.batch_size,
        config.dropout,
        if config.layer_norm { "norm-" } else { "" },
        config.seed,
    )
}

impl Design {
    /// The settings in which levels differ: the factors, then those along.
    pub fn fields(&self) -> impl Iterator<Item = &String> {
        self.factors.iter().chain(&self.along)
    }

    /// The level with these values, and these trials of so many.
    pub(crate) fn level<T>(&self, values: Vec<Value>, planned: usize, trials: Vec<T>) -> Level<T> {
        let settings = self.fields().zip(&values);
        let label: Vec<String> =
            settings.map(|(field, value)| format!("{} {}", field_name(field), value_name(value))).collect();
        Level { label: label.join(", "), values, planned, trials }
    }
}

impl<T> Study<T> {
    /// The same study with other knowledge of each trial.
    #[must_use]
    pub fn map<U>(self, mut know: impl FnMut(T) -> U) -> Study<U> {
        let known = self.try_map(|trial| Ok::<_, Infallible>(Some(know(trial))));
        known.unwrap_or_else(|never| match never {})
    }

    /// The same study with other knowledge of its trials; a trial of which there is none goes missing.
    ///
    /// # Errors
    /// The first error of `know`.
    pub fn try_map<U, E>(self, mut know: impl FnMut(T) -> Result<Option<U>, E>) -> Result<Study<U>, E> {
        let mut experiments = Vec::new();
        for Experiment { design, levels } in self.experiments {
            let mut mapped = Vec::new();
            for Level { values, trials, .. } in levels {
                let planned = trials.len();
                let known: Result<Vec<_>, E> = trials.into_iter().filter_map(|trial| know(trial).transpose()).collect();
                mapped.push(design.level(values, planned, known?));
            }
            experiments.push(Experiment { design, levels: mapped });
        }
        Ok(Study { experiments })
    }
}

impl Study<Trial> {
    /// Every trial once.
    pub fn trials(&self) -> Vec<Trial> {
        let all = self.experiments.iter().flat_map(|experiment| &experiment.levels).flat_map(|level| &level.trials);
        let by_name: BTreeMap<&str, &Trial> = all.map(|trial| (trial.name.as_str(), trial)).collect();
        by_name.into_values().cloned().collect()
    }
}

/// A setting in words.
pub fn field_name(field: &str) -> String {
    run::setting(field).map_or(field, |setting| setting.label).to_owned()
}

/// A value as a number.
pub fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|number| number as f64))
}
