//! `experiments/*.toml`: which runs to compare.
//!
//! ```toml
//! title = "Batch size, with the learning rate in proportion"
//! seeds = 3                                # 0, 1 and 2; each level is run with each
//!
//! [base]                                   # settings of a run, as `train` takes them
//! epochs = 10
//!
//! [vary]                                   # one field; or two, and then every combination
//! batch_size = [32, 64, 128]
//!
//! [along]                                  # what goes along with the field varied, value by value
//! learning_rate = [0.005, 0.01, 0.02]
//! ```

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use crate::{
    RunConfig, Settings,
    config::Invalid,
    settings::{malformed, plain},
};

/// What an experiment compares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Design {
    /// The name of its file, without the ending.
    pub name: String,
    /// What it is about.
    pub title: String,
    /// The fields varied: one, or two whose every combination is a level.
    pub factors: Vec<String>,
    /// The fields that go along with the factor.
    pub along: Vec<String>,
}

/// A comparison: levels of a factor (or of two), each a run with every seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// What it compares.
    pub design: Design,
    /// At least two.
    pub levels: Vec<Level>,
    /// How many seeds: 0, 1, ….
    pub seeds: usize,
}

/// A level of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// The values of the factors, then of the fields along.
    pub values: Vec<Value>,
    /// The settings of its runs, but for the seed.
    settings: Settings,
}

/// What the command line changes in every experiment.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// How many seeds.
    pub seeds: Option<usize>,
    /// At most so many epochs.
    pub epochs: Option<usize>,
    /// Other settings for all runs.
    pub settings: Settings,
}

/// Why an experiment cannot be run. Its text is one line.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {reason}", path.display(), line.map_or_else(String::new, |line| format!(", line {line}")))]
pub struct ExperimentError {
    /// The file.
    pub path: PathBuf,
    /// The line, where it is known.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    seeds: Option<i64>,
    #[serde(default)]
    base: Settings,
    vary: Table,
    #[serde(default)]
    along: Table,
}

impl Design {
    /// The fields in which levels differ: the factors, then those along.
    pub fn fields(&self) -> impl Iterator<Item = &String> {
        self.factors.iter().chain(&self.along)
    }
}

impl Experiment {
    /// Reads an experiment and checks every run of it.
    ///
    /// # Errors
    /// The file is malformed, a field is unknown, or a run would be impossible.
    pub fn read(path: &Path, overrides: &Overrides) -> Result<Self, ExperimentError> {
        let refuse = |reason: String| ExperimentError { path: path.to_owned(), line: None, reason };
        let text = fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?;
        let file: File = toml::from_str(&text).map_err(|error| {
            let (line, reason) = malformed(&text, &error);
            ExperimentError { path: path.to_owned(), line: Some(line), reason }
        })?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self::new(name, file, overrides).map_err(refuse)
    }

    fn new(name: String, file: File, overrides: &Overrides) -> Result<Self, String> {
        let seeds = overrides.seeds.map_or(file.seeds.unwrap_or(3), |seeds| seeds as i64);
        let seeds = usize::try_from(seeds).ok().filter(|seeds| *seeds > 0);
        let seeds = seeds.ok_or("seeds: expected a whole number of at least 1")?;
        let vary = lists("vary", &file.vary)?;
        let along = lists("along", &file.along)?;
        let (1 | 2) = vary.len() else {
            return Err(format!("vary has {} fields; expected one, or two for every combination", vary.len()));
        };
        if vary.len() == 2 && !along.is_empty() {
            return Err("along goes with one varied field, not with two".to_owned());
        }
        let base = overrides.settings.clone().over(file.base);
        let mut levels = Vec::new();
        for mut fields in combinations(&vary) {
            let position = levels.len();
            for (field, values) in &along {
                let value = values.get(position).filter(|_| values.len() == vary[0].1.len());
                let value = value.ok_or_else(|| {
                    format!(
                        "along.{field} has {} values; expected {}, one for each of {}",
                        values.len(),
                        vary[0].1.len(),
                        vary[0].0
                    )
                })?;
                fields.push((field.clone(), value.clone()));
            }
            levels.push(Level::new(&base, fields, overrides.epochs)?);
        }
        let factors: Vec<String> = vary.into_iter().map(|(field, _)| field).collect();
        let along: Vec<String> = along.into_iter().map(|(field, _)| field).collect();
        if let Some(field) = factors.iter().chain(&along).find(|field| *field == "seed") {
            return Err(format!("{field} is varied by `seeds`, not as a factor"));
        }
        let experiment = Self { design: Design { name, title: file.title, factors, along }, levels, seeds };
        experiment.check_one_factor_at_a_time()?;
        Ok(experiment)
    }

    /// The run of a level with a seed.
    pub fn run(&self, level: &Level, seed: usize) -> RunConfig {
        // The level was resolved when it was made, and no seed is impossible.
        let settings = Settings { seed: Some(seed as i64), ..level.settings.clone() };
        settings.resolve().unwrap_or_else(|_| unreachable!("a level is valid with every seed"))
    }

    /// Levels differ from each other, and in nothing but what the file names.
    fn check_one_factor_at_a_time(&self) -> Result<(), String> {
        for (index, level) in self.levels.iter().enumerate() {
            for other in &self.levels[index + 1..] {
                let (one, two) = (self.run(level, 0), self.run(other, 0));
                let differences = one.differences(&two);
                if differences.is_empty() {
                    return Err(format!("two levels are the same run: {}", self.label(level)));
                }
                let named = |field: &String| self.design.fields().any(|named| named == field);
                if let Some((field, ..)) = differences.iter().find(|(field, ..)| !named(field)) {
                    return Err(format!("{field} differs between levels but is neither varied nor along"));
                }
            }
        }
        Ok(())
    }

    /// A level in words: `batch_size 32, learning_rate 0.005`.
    pub fn label(&self, level: &Level) -> String {
        let told: Vec<String> =
            self.design.fields().zip(&level.values).map(|(field, value)| format!("{field} {value}")).collect();
        told.join(", ")
    }
}

impl Level {
    fn new(base: &Settings, mut fields: Vec<(String, Value)>, most_epochs: Option<usize>) -> Result<Self, String> {
        let mut table = Table::try_from(base).map_err(|error| error.to_string())?;
        table.extend(fields.iter().cloned());
        let mut settings: Settings = table.try_into().map_err(|error| plain(&error))?;
        let config = settings.clone().resolve().map_err(|invalid: Invalid| invalid.to_string())?;
        if let Some(most) = most_epochs {
            let epochs = config.epochs.min(most) as i64;
            settings.epochs = Some(epochs);
            for (_, value) in fields.iter_mut().filter(|(field, _)| field == "epochs") {
                *value = Value::Integer(epochs);
            }
        }
        Ok(Self { values: fields.into_iter().map(|(_, value)| value).collect(), settings })
    }
}

/// The fields of a table, each with a list of values.
fn lists(table: &str, fields: &Table) -> Result<Vec<(String, Vec<Value>)>, String> {
    let list = |(field, value): (&String, &Value)| match value.as_array() {
        Some(values) if values.len() > 1 => Ok((field.clone(), values.clone())),
        _ => Err(format!("{table}.{field}: expected a list of at least two values")),
    };
    fields.iter().map(list).collect()
}

/// Every combination of the values, the last field's changing fastest.
fn combinations(fields: &[(String, Vec<Value>)]) -> Vec<Vec<(String, Value)>> {
    fields.iter().fold(vec![Vec::new()], |so_far, (field, values)| {
        let extended = |start: &Vec<(String, Value)>, value: &Value| {
            let mut fields = start.clone();
            fields.push((field.clone(), value.clone()));
            fields
        };
        so_far.iter().flat_map(|start| values.iter().map(|value| extended(start, value)).collect::<Vec<_>>()).collect()
    })
}
