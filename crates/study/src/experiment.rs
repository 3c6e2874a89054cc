//! An experiment as a file: `experiments/*.toml`.
//!
//! ```toml
//! title = "Batch size, with the learning rate in proportion"
//! order = 4                  # its place in the report; without it, the experiment comes last
//! seeds = 5                  # runs of each level; by default, 10
//! first_seed = 100           # here, their seeds are 100 to 104; by default, they start at 0
//! only_by_name = true        # runs only if the command line names it
//!
//! [base]                     # settings of a run, as in `train --config`
//! epochs = 10
//!
//! [vary]                     # one field, or two for every combination
//! batch_size = [32, 64, 128]
//!
//! [along]                    # fields that change with the (first) varied field, value by value
//! learning_rate = [0.005, 0.01, 0.02]
//! ```

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use data::shown::{printable, shortened};
use host::text::counted;
use run::{
    Settings,
    check::{QUOTED, ValueError},
    settings::{malformed, without_jargon},
};
use serde::Deserialize;
use toml::{Spanned, Table, Value};

use crate::{Design, Experiment, Level, Name, Trial};

/// Flags of the command line that change every experiment.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Number of seeds of a level.
    pub seeds: Option<usize>,
    /// Largest number of epochs of a run.
    pub epochs: Option<usize>,
    /// Other settings of all runs.
    pub settings: Settings,
}

/// The reason why an experiment cannot be run. Its text is one line.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {reason}", path.display(), line.map_or_else(String::new, |line| format!(", line \
    {line}")))]
pub struct ExperimentError {
    /// The file.
    pub path: PathBuf,
    /// The line, where it is known.
    pub line: Option<usize>,
    /// The mistake, and what would be right.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Option<String>,
    /// Read by the [`catalog`](crate::catalog), as the next.
    #[serde(rename = "order")]
    _order: Option<i64>,
    #[serde(rename = "only_by_name")]
    _only_by_name: Option<bool>,
    seeds: Option<i64>,
    first_seed: Option<i64>,
    #[serde(default)]
    base: Settings,
    #[serde(default)]
    vary: Fields,
    #[serde(default)]
    along: Fields,
}

/// Fields with their places in the file, which give their order.
type Fields = BTreeMap<Spanned<String>, Value>;

/// A field and its value.
type Field = (String, Value);
/// A field and its values, level by level.
type FieldValues = (String, Vec<Value>);

/// The number of seeds of a level, unless the file says otherwise.
const SEEDS: usize = 10;
/// The largest number of seeds of a level: a limit against typing errors.
pub const MOST_SEEDS: usize = 1000;

/// The seeds of each level: so many from the first on.
#[derive(Clone, Copy)]
struct Seeds {
    first: i64,
    count: usize,
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
        let name = Name::try_from(name).map_err(|error| refuse(error.to_string()))?;
        Self::new(name, file, overrides).map_err(refuse)
    }

    fn new(name: Name, file: File, overrides: &Overrides) -> Result<Self, String> {
        let title = file.title.ok_or("no title; expected a line such as title = \"Batch size\"")?;
        let seeds = file.seeds.map(|seeds| {
            let seeds =
                usize::try_from(seeds).ok().filter(|seeds| (1..=MOST_SEEDS).contains(seeds));
            seeds.ok_or_else(|| format!("seeds: expected a whole number from 1 to {MOST_SEEDS}"))
        });
        let seeds = overrides.seeds.or(seeds.transpose()?).unwrap_or(SEEDS);
        let first = u32::try_from(file.first_seed.unwrap_or(0))
            .map_err(|_| format!("first_seed: expected a whole number from 0 to {}", u32::MAX))?;
        let seeds = Seeds { first: first.into(), count: seeds };
        let vary = lists("vary", &file.vary)?;
        let along = lists("along", &file.along)?;
        let (1 | 2) = vary.len() else {
            return Err(format!(
                "vary has {} fields; expected one, or two for every combination",
                vary.len()
            ));
        };
        let names =
            |fields: &[FieldValues]| fields.iter().map(|(field, _)| field.clone()).collect();
        let mut design =
            Design { name, title, factors: names(&vary), along: names(&along), cut_to: None };
        if design.fields().any(|field| field == "seed") {
            return Err("seed is varied by `seeds`, not as a factor".to_owned());
        }
        if let Some(seed) = file.base.seed {
            return Err(format!(
                "base.seed = {seed}; expected none: each level runs with the seeds {} to {}, by \
                 `first_seed` and `seeds`",
                seeds.first,
                seeds.first + seeds.count as i64 - 1
            ));
        }
        if design.fields().any(|field| field == "backend") || file.base.backend.is_some() {
            return Err(
                "backend is the same for all runs of an analysis: choose it with --backend"
                    .to_owned(),
            );
        }
        if let Some(field) = design.factors.iter().find(|field| design.along.contains(field)) {
            return Err(format!(
                "{} is in [vary] and in [along]; expected it in one of them",
                quoted(field)
            ));
        }
        let base = overrides.settings.clone().over(file.base);
        let mut levels = Vec::new();
        for fields in combinations(&vary, &along)? {
            let (level, is_cut) = level(&design, &base, fields, overrides.epochs, seeds)?;
            levels.push(level);
            design.cut_to = design.cut_to.or(overrides.epochs.filter(|_| is_cut));
        }
        let experiment = Self { design, levels };
        experiment.check_one_factor_at_a_time()?;
        Ok(experiment)
    }

    /// Refuses equal levels, and levels that differ in a field which the file does not name.
    fn check_one_factor_at_a_time(&self) -> Result<(), String> {
        for (index, level) in self.levels.iter().enumerate() {
            for other in &self.levels[index + 1..] {
                let differences = level.trials[0].config.differences(&other.trials[0].config);
                if differences.is_empty() {
                    let cut = self.design.cut_to.map(cut_by).unwrap_or_default();
                    return Err(format!("two levels are the same run{cut}: {}", level.label));
                }
                if let Some((field, ..)) =
                    differences.iter().find(|(field, ..)| !self.design.means(field))
                {
                    return Err(format!(
                        "{field} differs between levels but is neither in [vary] nor in [along]"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The flag that cut runs to this many epochs, in words, after a mistake that is not the file's.
fn cut_by(epochs: usize) -> String {
    format!(" with at most {} (--epochs or --quick)", counted(epochs, "epoch"))
}

/// A level: these fields over the base, with each seed; and whether one of the fields was cut to
/// the largest number of epochs.
fn level(
    design: &Design,
    base: &Settings,
    mut fields: Vec<Field>,
    most_epochs: Option<usize>,
    seeds: Seeds,
) -> Result<(Level<Trial>, bool), String> {
    let mut settings = settings_of(design, &fields)?.changing(base.clone());
    let resolve =
        |settings: Settings| settings.resolve().map_err(|invalid: ValueError| invalid.to_string());
    let config = resolve(settings.clone())?;
    let (mut is_cut, mut cut) = (false, String::new());
    if let Some(most) = most_epochs.filter(|most| *most < config.epochs) {
        let shorter = Settings { epochs: Some(most as i64), ..Settings::default() };
        settings = shorter.changing(settings);
        cut = cut_by(most);
        for (_, value) in fields.iter_mut().filter(|(field, _)| field == "epochs") {
            *value = Value::Integer(most as i64);
            is_cut = true;
        }
    }
    let trial = |seed: usize| {
        let settings = Settings { seed: Some(seeds.first + seed as i64), ..settings.clone() };
        resolve(settings).map(Trial::of).map_err(|invalid| invalid + &cut)
    };
    let trials: Vec<Trial> = (0..seeds.count).map(trial).collect::<Result<_, _>>()?;
    Ok((
        design.level(fields.into_iter().map(|(_, value)| value).collect(), seeds.count, trials),
        is_cut,
    ))
}

/// The settings of these fields of a level.
fn settings_of(design: &Design, fields: &[Field]) -> Result<Settings, String> {
    for (field, value) in fields {
        let table = Table::from_iter([(field.clone(), value.clone())]);
        let read: Result<Settings, _> = table.try_into();
        read.map_err(|error| {
            let part = if design.factors.contains(field) { "vary" } else { "along" };
            let value = shortened(&value.to_string(), QUOTED);
            format!("{part}.{} = {value}: {}", quoted(field), without_jargon(&error))
        })?;
    }
    let table: Table = fields.iter().cloned().collect();
    table.try_into().map_err(|error| without_jargon(&error))
}

/// A key of a file as a message quotes it.
fn quoted(key: &str) -> String {
    printable(&shortened(key, QUOTED))
}

/// The fields of a table, each with a list of values, in the order of the file.
fn lists(table: &str, fields: &Fields) -> Result<Vec<FieldValues>, String> {
    let list = |(field, value): (&Spanned<String>, &Value)| match value.as_array() {
        Some(values) if values.len() > 1 => Ok((field.get_ref().clone(), values.clone())),
        _ => Err(format!(
            "{table}.{}: expected a list of at least two values",
            quoted(field.get_ref())
        )),
    };
    let mut fields: Vec<_> = fields.iter().collect();
    fields.sort_by_key(|(field, _)| field.span().start);
    fields.into_iter().map(list).collect()
}

/// The fields of each level: every combination of the varied values, the second field's changing
/// fastest, and the values along of the first field.
fn combinations(vary: &[FieldValues], along: &[FieldValues]) -> Result<Vec<Vec<Field>>, String> {
    let (first, values) = &vary[0];
    if let Some((field, others)) = along.iter().find(|(_, others)| others.len() != values.len()) {
        let (found, expected) = (others.len(), values.len());
        return Err(format!(
            "along.{} has {found} values; expected {expected}, one for each of {}",
            quoted(field),
            quoted(first)
        ));
    }
    let at = |(field, values): &FieldValues, place: usize| (field.clone(), values[place].clone());
    let level = |(one, other): (usize, usize)| {
        let varied = vary.iter().zip([one, other]).map(|(field, place)| at(field, place));
        varied.chain(along.iter().map(|field| at(field, one))).collect()
    };
    let others = vary.get(1).map_or(1, |(_, values)| values.len());
    let places = (0..values.len()).flat_map(|one| (0..others).map(move |other| (one, other)));
    Ok(places.map(level).collect())
}
