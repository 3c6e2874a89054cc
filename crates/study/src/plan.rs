//! The parts of a study. Its trials are plans ([`Trial`]), names, or results.

use std::convert::Infallible;

use run::{
    Optimizer, RunConfig, Settings, config::value_name, defaults::follows_from, settings::SETTINGS,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use toml::Value;

use crate::{Name, labels};

/// A setting and its value.
pub(crate) type Field<'a> = (&'a str, &'a Value);

/// Experiments that are run and reported on together, and share the trials that they have in
/// common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Study<T> {
    /// In the order of the report.
    pub experiments: Vec<Experiment<T>>,
}

/// A comparison of levels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Experiment<T> {
    /// The comparison.
    pub design: Design,
    /// In the order of the file.
    pub levels: Vec<Level<T>>,
}

/// The comparison that an experiment makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Design {
    /// The name of its file, without the ending.
    pub name: Name,
    /// Its title in the report.
    pub title: String,
    /// The varied settings: one, or two whose every combination is a level.
    pub factors: Vec<String>,
    /// The settings that change along with the first factor.
    pub along: Vec<String>,
    /// The largest number of epochs, if the command line set one and thereby cut levels that
    /// differ in epochs: these levels no longer have in common what their file gives them, equal
    /// updates for example.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_to: Option<usize>,
}

/// A level of an experiment: the same run with several seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Level<T> {
    /// In words: `learning rate 0.1`.
    #[serde(skip)]
    pub label: String,
    /// The values of the factors, then of the settings along.
    pub values: Vec<Value>,
    /// Number of planned trials. The crashed ones are missing in [`trials`](Self::trials).
    #[serde(skip)]
    pub planned: usize,
    /// The number of last epochs whose mean accuracy is compared. Levels that differ in their
    /// epochs are compared by the last one: a mean would reach back further in the shorter ones.
    #[serde(skip)]
    pub averaged: usize,
    /// By seed.
    #[serde(rename = "runs")]
    pub trials: Vec<T>,
}

/// A value of a factor. That of the first factor includes the values of the settings along, which
/// distinguish equal values.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorValue<'a> {
    /// The value.
    pub value: &'a Value,
    /// The values of the settings along.
    pub along: &'a [Value],
}

/// A planned run of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The name of its folder.
    pub name: String,
    /// Its settings.
    pub config: RunConfig,
}

impl Trial {
    /// The trial with these settings.
    pub fn of(config: RunConfig) -> Self {
        Self { name: name(&config), config }
    }
}

/// A name of the usual factors and a hash of all settings that differ from their defaults. A new
/// setting does not change the names of runs that leave it at its default.
fn name(config: &RunConfig) -> String {
    let default = Settings::default().resolve().ok();
    let mut hash = Sha256::new();
    for setting in SETTINGS {
        let value = config.value(setting.name);
        if default.as_ref().is_none_or(|default| default.value(setting.name) != value) {
            hash.update(format!(
                "{} = {}\n",
                setting.name,
                value.map_or_else(String::new, |value| value.to_string())
            ));
        }
    }
    let hash = hex::encode(&hash.finalize()[..3]);
    format!(
        "{}lr{}-batch{}-dropout{}-{}seed{}-{hash}",
        if config.optimizer == Optimizer::Sgd {
            String::new()
        } else {
            format!("{}-", config.optimizer)
        },
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

    /// The title, with the largest number of epochs if runs were cut.
    pub fn full_title(&self) -> String {
        match self.cut_to {
            None => self.title.clone(),
            Some(1) => format!("{} (cut to 1 epoch)", self.title),
            Some(epochs) => format!("{} (cut to {epochs} epochs at most)", self.title),
        }
    }

    /// The part of a level's values that belongs to a factor: the first has the settings along.
    pub fn factor_value<'a>(&self, values: &'a [Value], factor: usize) -> FactorValue<'a> {
        let along = if factor == 0 { &values[self.factors.len()..] } else { &[] };
        FactorValue { value: &values[factor], along }
    }

    /// A value of a factor in words: `batch size 32, 2 epochs`.
    pub fn in_words(&self, factor: usize, value: &FactorValue) -> String {
        labels::of(&self.fields_of(factor, value))
    }

    /// The value without the name of its factor: `32, 2 epochs`.
    pub fn value_in_words(&self, factor: usize, value: &FactorValue) -> String {
        if value.along.is_empty() && number(value.value).is_some() {
            return value_name(value.value);
        }
        let words = self.in_words(factor, value);
        let name = format!("{} ", field_name(&self.factors[factor]));
        words.strip_prefix(&name).map_or(words.clone(), str::to_owned)
    }

    /// The settings of a value of a factor: of those along, the ones that are neither off nor zero.
    fn fields_of<'a>(&'a self, factor: usize, value: &FactorValue<'a>) -> Vec<Field<'a>> {
        let along = self.along.iter().zip(value.along).filter(|(_, value)| !is_nothing(value));
        let own = (self.factors[factor].as_str(), value.value);
        [own].into_iter().chain(along.map(|(field, value)| (field.as_str(), value))).collect()
    }

    /// Whether levels may differ in this setting: the file names it, or a setting that it follows
    /// from.
    pub fn means(&self, setting: &str) -> bool {
        self.fields()
            .any(|named| named == setting || follows_from(setting).contains(&named.as_str()))
    }

    /// The level with these values and its existing trials.
    pub(crate) fn level<T>(&self, values: Vec<Value>, planned: usize, trials: Vec<T>) -> Level<T> {
        let fields = (0..self.factors.len())
            .flat_map(|factor| self.fields_of(factor, &self.factor_value(&values, factor)));
        let label = labels::of(&fields.collect::<Vec<_>>());
        let differ_in_epochs = self.fields().any(|field| field == "epochs");
        let averaged = if differ_in_epochs { 1 } else { LAST_EPOCHS };
        Level { label, values, planned, averaged, trials }
    }
}

/// The number of last epochs whose mean accuracy is compared.
const LAST_EPOCHS: usize = 3;

/// Whether a value is off or zero.
fn is_nothing(value: &Value) -> bool {
    value == &Value::Boolean(false) || number(value) == Some(0.0)
}

impl<T> Experiment<T> {
    /// The values of a factor, in the order of the file.
    pub fn factor_values(&self, factor: usize) -> Vec<FactorValue<'_>> {
        let mut values = Vec::new();
        for level in &self.levels {
            let value = self.design.factor_value(&level.values, factor);
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    }

    /// The level with these values of the first and the second factor.
    pub fn level_at(&self, first: &FactorValue, second: &FactorValue) -> Option<&Level<T>> {
        let has = |level: &&Level<T>, factor, value: &FactorValue| {
            self.design.factor_value(&level.values, factor) == *value
        };
        self.levels.iter().find(|level| has(level, 0, first) && has(level, 1, second))
    }
}

impl<T> Study<T> {
    /// The trials of all levels, shared ones several times.
    pub(crate) fn trials_of_levels(&self) -> impl Iterator<Item = &T> {
        let levels = self.experiments.iter().flat_map(|experiment| &experiment.levels);
        levels.flat_map(|level| &level.trials)
    }

    /// The same study with each trial converted.
    #[must_use]
    pub fn map<U>(self, mut convert: impl FnMut(T) -> U) -> Study<U> {
        let converted = self.try_map(|trial| Ok::<_, Infallible>(Some(convert(trial))));
        converted.unwrap_or_else(|never| match never {})
    }

    /// The same study with each trial converted; a trial that becomes `None` is missing.
    ///
    /// # Errors
    /// The first error of `convert`.
    pub fn try_map<U, E>(
        self,
        mut convert: impl FnMut(T) -> Result<Option<U>, E>,
    ) -> Result<Study<U>, E> {
        let mut experiments = Vec::new();
        for Experiment { design, levels } in self.experiments {
            let mut mapped = Vec::new();
            for Level { values, trials, .. } in levels {
                let planned = trials.len();
                let converted: Result<Vec<_>, E> =
                    trials.into_iter().filter_map(|trial| convert(trial).transpose()).collect();
                mapped.push(design.level(values, planned, converted?));
            }
            experiments.push(Experiment { design, levels: mapped });
        }
        Ok(Study { experiments })
    }
}

impl Study<Trial> {
    /// Every trial once, by name.
    pub fn trials(&self) -> Vec<Trial> {
        let mut trials: Vec<Trial> = self.trials_of_levels().cloned().collect();
        trials.sort_by(|a, b| a.name.cmp(&b.name));
        trials.dedup_by(|a, b| a.name == b.name);
        trials
    }
}

/// A setting in words.
pub fn field_name(field: &str) -> String {
    run::setting(field).map_or(field, |setting| setting.label).to_owned()
}

/// Whether the numbers of a setting are names, and not amounts.
pub fn is_name(field: &str) -> bool {
    matches!(field, "seed" | "split_seed")
}

/// A value as a number.
pub fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|number| number as f64))
}
