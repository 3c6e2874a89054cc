//! `experiments/*.toml`: which runs to compare.
//!
//! ```toml
//! title = "Batch size, with the learning rate in proportion"
//! order = 4                                # its place in the report; those without one come last
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

use run::{
    Settings,
    config::Invalid,
    settings::{malformed, plain},
};
use serde::Deserialize;
use toml::{Table, Value};

use crate::{Design, Experiment, Level, Trial};

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
    /// Read by the [`catalog`](crate::catalog).
    #[serde(rename = "order")]
    _order: Option<i64>,
    seeds: Option<i64>,
    #[serde(default)]
    base: Settings,
    vary: Table,
    #[serde(default)]
    along: Table,
}

impl Experiment<Trial> {
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
        let factors: Vec<String> = vary.iter().map(|(field, _)| field.clone()).collect();
        let design =
            Design { name, title: file.title, factors, along: along.iter().map(|(field, _)| field.clone()).collect() };
        if design.fields().any(|field| field == "seed") {
            return Err("seed is varied by `seeds`, not as a factor".to_owned());
        }
        let base = overrides.settings.clone().over(file.base);
        let mut levels = Vec::new();
        for mut fields in combinations(&vary) {
            fields.extend(alongside(&along, &vary[0], levels.len())?);
            levels.push(level(&design, &base, fields, overrides.epochs, seeds)?);
        }
        let experiment = Self { design, levels };
        experiment.check_one_factor_at_a_time()?;
        Ok(experiment)
    }

    /// Levels differ from each other, and in nothing but what the file names.
    fn check_one_factor_at_a_time(&self) -> Result<(), String> {
        for (index, level) in self.levels.iter().enumerate() {
            for other in &self.levels[index + 1..] {
                let differences = level.trials[0].config.differences(&other.trials[0].config);
                if differences.is_empty() {
                    return Err(format!("two levels are the same run: {}", level.label));
                }
                let named = |field: &String| self.design.fields().any(|named| named == field);
                if let Some((field, ..)) = differences.iter().find(|(field, ..)| !named(field)) {
                    return Err(format!("{field} differs between levels but is neither varied nor along"));
                }
            }
        }
        Ok(())
    }
}

/// A level: these fields over the base, with each seed.
fn level(
    design: &Design,
    base: &Settings,
    mut fields: Vec<(String, Value)>,
    most_epochs: Option<usize>,
    seeds: usize,
) -> Result<Level<Trial>, String> {
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
    let trial = |seed: usize| {
        let settings = Settings { seed: Some(seed as i64), ..settings.clone() };
        settings.resolve().map(Trial::of).map_err(|invalid: Invalid| invalid.to_string())
    };
    let trials: Vec<Trial> = (0..seeds).map(trial).collect::<Result<_, _>>()?;
    Ok(design.level(fields.into_iter().map(|(_, value)| value).collect(), seeds, trials))
}

/// The values that go along with the level at this place of the factor.
fn alongside(
    along: &[(String, Vec<Value>)],
    (factor, levels): &(String, Vec<Value>),
    place: usize,
) -> Result<Vec<(String, Value)>, String> {
    let value = |(field, values): &(String, Vec<Value>)| match values.get(place) {
        Some(value) if values.len() == levels.len() => Ok((field.clone(), value.clone())),
        _ => Err(format!(
            "along.{field} has {} values; expected {}, one for each of {factor}",
            values.len(),
            levels.len()
        )),
    };
    along.iter().map(value).collect()
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
