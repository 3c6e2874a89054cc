//! `experiments/*.toml`: which runs to compare.
//!
//! ```toml
//! title = "Batch size, with the learning rate in proportion"
//! order = 4                                # its place in the report; experiments without one come last
//! seeds = 5                                # 0 to 4; each level is run with each
//! only_by_name = true                      # left out unless it is named
//!
//! [base]                                   # settings of a run, as `train` takes them
//! epochs = 10
//!
//! [vary]                                   # one field, or two for every combination
//! batch_size = [32, 64, 128]
//!
//! [along]                                  # what changes along with the (first) field varied, value by value
//! learning_rate = [0.005, 0.01, 0.02]
//! ```

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use run::{
    Settings,
    check::ValueError,
    settings::{malformed, without_jargon},
};
use serde::Deserialize;
use toml::{Spanned, Table, Value};

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
#[error("{}{}: {reason}", path.display(), line.map_or_else(String::new, |line| format!(", line \
    {line}")))]
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
    /// Read by the [`catalog`](crate::catalog), as the next.
    #[serde(rename = "order")]
    _order: Option<i64>,
    #[serde(rename = "only_by_name")]
    _only_by_name: Option<bool>,
    seeds: Option<i64>,
    #[serde(default)]
    base: Settings,
    vary: Fields,
    #[serde(default)]
    along: Fields,
}

/// Fields with their places in the file, in whose order they are meant.
type Fields = BTreeMap<Spanned<String>, Value>;

/// How many seeds a level is run with, unless its file says otherwise.
const SEEDS: i64 = 5;

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
        let seeds = overrides.seeds.map_or(file.seeds.unwrap_or(SEEDS), |seeds| seeds as i64);
        let seeds = usize::try_from(seeds).ok().filter(|seeds| *seeds > 0);
        let seeds = seeds.ok_or("seeds: expected a whole number of at least 1")?;
        let vary = lists("vary", &file.vary)?;
        let along = lists("along", &file.along)?;
        let (1 | 2) = vary.len() else {
            return Err(format!(
                "vary has {} fields; expected one, or two for every combination",
                vary.len()
            ));
        };
        let names = |fields: &[(String, Vec<Value>)]| {
            fields.iter().map(|(field, _)| field.clone()).collect()
        };
        let mut design = Design {
            name,
            title: file.title,
            factors: names(&vary),
            along: names(&along),
            cut_to: None,
        };
        if design.fields().any(|field| field == "seed") {
            return Err("seed is varied by `seeds`, not as a factor".to_owned());
        }
        let base = overrides.settings.clone().over(file.base);
        let each = vary.get(1).map_or(1, |(_, values)| values.len());
        let mut levels = Vec::new();
        for mut fields in combinations(&vary) {
            fields.extend(alongside(&along, &vary[0], levels.len() / each)?);
            let (level, is_cut) = level(&design, &base, fields, overrides.epochs, seeds)?;
            levels.push(level);
            design.cut_to = design.cut_to.or(overrides.epochs.filter(|_| is_cut));
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
                if let Some((field, ..)) =
                    differences.iter().find(|(field, ..)| !self.design.means(field))
                {
                    return Err(format!(
                        "{field} differs between levels but is neither varied nor along"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// A level: these fields over the base, with each seed; and whether one of the fields was cut down
/// to the most epochs.
fn level(
    design: &Design,
    base: &Settings,
    mut fields: Vec<(String, Value)>,
    most_epochs: Option<usize>,
    seeds: usize,
) -> Result<(Level<Trial>, bool), String> {
    let mut table = Table::try_from(base).map_err(|error| error.to_string())?;
    table.extend(fields.iter().cloned());
    let mut settings: Settings = table.try_into().map_err(|error| without_jargon(&error))?;
    let config = settings.clone().resolve().map_err(|invalid: ValueError| invalid.to_string())?;
    let mut is_cut = false;
    if let Some(most) = most_epochs.filter(|most| *most < config.epochs) {
        settings.epochs = Some(most as i64);
        for (_, value) in fields.iter_mut().filter(|(field, _)| field == "epochs") {
            *value = Value::Integer(most as i64);
            is_cut = true;
        }
    }
    let trial = |seed: usize| {
        let settings = Settings { seed: Some(seed as i64), ..settings.clone() };
        settings.resolve().map(Trial::of).map_err(|invalid: ValueError| invalid.to_string())
    };
    let trials: Vec<Trial> = (0..seeds).map(trial).collect::<Result<_, _>>()?;
    Ok((design.level(fields.into_iter().map(|(_, value)| value).collect(), seeds, trials), is_cut))
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

/// The fields of a table, each with a list of values, in the order of the file.
fn lists(table: &str, fields: &Fields) -> Result<Vec<(String, Vec<Value>)>, String> {
    let list = |(field, value): (&Spanned<String>, &Value)| match value.as_array() {
        Some(values) if values.len() > 1 => Ok((field.get_ref().clone(), values.clone())),
        _ => Err(format!("{table}.{}: expected a list of at least two values", field.get_ref())),
    };
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(field, _)| field.span().start);
    fields.into_iter().map(list).collect()
}

/// Every combination of the values, the last field's changing fastest.
fn combinations(fields: &[(String, Vec<Value>)]) -> Vec<Vec<(String, Value)>> {
    fields.iter().fold(vec![Vec::new()], |so_far, (field, values)| {
        let extended = |start: &Vec<(String, Value)>, value: &Value| {
            let mut fields = start.clone();
            fields.push((field.clone(), value.clone()));
            fields
        };
        so_far
            .iter()
            .flat_map(|start| values.iter().map(|value| extended(start, value)).collect::<Vec<_>>())
            .collect()
    })
}
