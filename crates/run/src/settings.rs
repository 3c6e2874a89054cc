//! The settings of a run, each defined in one row of a table. Some come from a file, some from the
//! command line, the rest is left to the defaults.

use std::{
    fs,
    num::NonZeroU8,
    path::{Path, PathBuf},
};

use data::ImageSize;
use host::FileError;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use toml::{Table, Value};

use crate::{
    Backend, Keep, Optimizer, Provenance, Schedule,
    check::{
        ValueError, above_0, any, at_least_0, at_least_1, below_1, between_0_and_1, image, layers,
        optional, or, pixel_max, plain, seed, threads,
    },
    define::{Setting, define_settings},
};

/// The training set that is used if no other is named.
const DATA: &str = "data/mnist_train.csv.gz";
/// The epochs of a run for which no other number is given.
pub(crate) const EPOCHS: i64 = 10;

define_settings! {
    /// Where to compute
    backend: Backend => Backend = or(Backend::Flex, any),
        flag("backend", "B", value_enum), label("backend", "");
    /// Labelled images to train and validate on: CSV, plain, .gz or .zip
    data: PathBuf => PathBuf = or(DATA.into(), any),
        flag("data", "CSV"), label("data", "");
    /// Labelled images to test on at the end [default: data/mnist_test.csv.gz, unless --data is
    /// given]
    test_data: PathBuf => Option<PathBuf> = optional(any),
        flag("test-data", "CSV"), label("test data", "");
    /// Width and height of the images [default: those of the trained run, or else square, from the
    /// number of columns]
    image: String => Option<ImageSize> = optional(image),
        flag("image", "WxH"), label("image size", "pixels");
    /// The largest value that a pixel can have, which means ink [default: that of the trained run,
    /// or else 255]
    pixel_max: i64 => NonZeroU8 = or(255, pixel_max),
        flag("pixel-max", "N"), label("largest pixel", "");
    /// Take only N rows of the data, all classes in proportion
    limit: i64 => Option<usize> = optional(at_least_1),
        flag("limit", "N"), label("limit", "rows");
    /// Fraction of the rows held out for validation, stratified
    valid_fraction: f64 => f64 = or(0.2, between_0_and_1),
        flag("valid-fraction", "F"), label("validation fraction", "");
    /// Seed of the split and of --limit, apart from --seed, so that runs with other seeds share
    /// their rows
    split_seed: i64 => u64 = or(0, seed),
        flag("split-seed", "N"), label("split seed", "");
    /// Sizes of the hidden layers
    hidden: Vec<i64> => Vec<usize> = or(vec![256, 128], layers),
        flag("hidden", "SIZES", value_delimiter = ','), label("hidden layers", "units");
    /// Probability with which training drops an activation
    dropout: f64 => f64 = or(0.0, below_1),
        flag("dropout", "P"), label("dropout", "");
    /// Normalize the hidden layers; --layer-norm=false where a file says otherwise
    layer_norm: bool => bool = or(false, any),
        flag("layer-norm", "BOOL", num_args = 0..=1, require_equals = true,
            default_missing_value = "true"),
        label("layer norm", "");
    /// Passes over the training rows
    epochs: i64 => usize = or(EPOCHS, at_least_1),
        flag("epochs", "N"), label("epochs", "");
    /// Samples per batch
    batch_size: i64 => usize = or(64, at_least_1),
        flag("batch-size", "N"), label("batch size", "samples");
    /// Optimizer
    optimizer: Optimizer => Optimizer = or(Optimizer::Sgd, any),
        flag("optimizer", "O", value_enum), label("optimizer", "");
    /// Learning rate [default: 0.01; 0.001 for adam and adamw]
    learning_rate: f64 => f64 = or(0.01, above_0),
        flag("lr", "X"), label("learning rate", "");
    /// Momentum of sgd
    momentum: f64 => f64 = or(0.0, below_1),
        flag("momentum", "M"), label("momentum", "");
    /// Use Nesterov momentum
    nesterov: bool => bool = or(false, any),
        flag("nesterov", "BOOL", num_args = 0..=1, require_equals = true,
            default_missing_value = "true"),
        label("Nesterov momentum", "");
    /// Weight decay: an L2 penalty; with adamw decoupled from the gradients [default: 0; 0.01 for
    /// adamw]
    weight_decay: f64 => f64 = or(0.0, at_least_0),
        flag("weight-decay", "W"), label("weight decay", "");
    /// How the learning rate falls during the training
    schedule: Schedule => Schedule = or(Schedule::Constant, any),
        flag("schedule", "S", value_enum), label("learning rate schedule", "");
    /// What step and exponential multiply the learning rate by [default: to end at a hundredth of
    /// it]
    gamma: f64 => Option<f64> = optional(above_0),
        flag("gamma", "G"), label("gamma", "");
    /// Epochs between two steps of the step schedule [default: a third of the epochs]
    step_size: i64 => Option<usize> = optional(at_least_1),
        flag("step-size", "N"), label("step size", "epochs");
    /// Epochs in which the learning rate first rises to its full value, step by step
    warmup: f64 => f64 = or(0.0, at_least_0),
        flag("warmup", "EPOCHS"), label("warm-up", "epochs");
    /// Stop early: after N epochs without a gain in validation accuracy
    patience: i64 => Option<usize> = optional(at_least_1),
        flag("patience", "N"), label("patience", "epochs");
    /// How much the validation accuracy must rise, from 0 to 1, to count as a gain
    min_gain: f64 => f64 = or(0.0, below_1),
        flag("min-gain", "X"), label("least gain", "");
    /// Which weights are tested and saved as model.safetensors: the last, or the best on the
    /// validation rows
    keep: Keep => Keep = or(Keep::Last, any),
        flag("keep", "WHICH", value_enum), label("weights kept", "");
    /// Seed of everything else that is random: initial weights, order of the samples, dropout
    seed: i64 => u64 = or(0, seed),
        flag("seed", "N"), label("seed", "");
    /// CPU threads for flex; the first time that it is more than 1, the trainer is built once more
    threads: i64 => usize = or(1, threads),
        flag("threads", "N"), label("threads", "");
}

/// Settings that cannot be used. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is no TOML, has an unknown key, or a value of the wrong type.
    #[error("{}, line {line}, {message}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What stands there, and what is wrong with it.
        message: String,
    },
    /// A value in the file is impossible.
    #[error("{}: {invalid}", path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// The field and its value.
        invalid: ValueError,
    },
    /// A value on the command line is impossible.
    #[error("command line: {0}")]
    OnCommandLine(ValueError),
}

impl Settings {
    /// Reads a TOML file, and checks what it gives.
    ///
    /// # Errors
    /// The file cannot be read, a key is unknown, or a value is impossible.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let settings: Self = read_toml(path)?;
        settings
            .check()
            .map_err(|invalid| SettingsError::InFile { path: path.to_owned(), invalid })?;
        Ok(settings.with_the_split_of_old())
    }

    /// A `run.toml` without a split seed is that of an older run, whose split was drawn from its
    /// seed. Another split would train on rows that the run validates on.
    fn with_the_split_of_old(mut self) -> Self {
        if self.provenance.is_some() {
            self.split_seed = self.split_seed.or(self.seed);
        }
        self
    }

    /// These settings; where one is missing, that of `base`.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        // Test data, and what the images are, belong to the data with which they were given.
        match self.data {
            Some(_) => self.or(Self { test_data: None, image: None, pixel_max: None, ..base }),
            None => self.or(base),
        }
    }

    /// Checks each value by itself; in combination with others that are not known yet, it may still
    /// be impossible.
    ///
    /// # Errors
    /// The first impossible value, by the name of its field.
    pub fn check(&self) -> Result<(), ValueError> {
        self.clone().values().map(drop)
    }
}

impl Values {
    /// The value of the setting of this name; none if it is unset, or there is no such setting.
    pub fn value(&self, name: &str) -> Option<Value> {
        Table::try_from(self).ok()?.remove(name)
    }
}

/// What is known about the setting of this name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The help of a setting, its default included.
pub(crate) fn help(name: &str) -> String {
    let help = setting(name).map_or("", |setting| setting.help.trim());
    let default = Settings::default().values().ok().and_then(|values| values.value(name));
    match default {
        Some(default) if !help.contains("[default") => {
            format!("{help} [default: {}]", plain(&default))
        }
        _ => help.to_owned(),
    }
}

/// Reads a TOML file of any kind.
///
/// # Errors
/// The file cannot be read, or holds something else.
pub(crate) fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<T, SettingsError> {
    let text = fs::read_to_string(path).map_err(FileError::at(path))?;
    toml::from_str(&text).map_err(|error| {
        let (line, message) = malformed(&text, &error);
        SettingsError::Malformed { path: path.to_owned(), line, message }
    })
}

/// The line of a mistake in a TOML file, and what is wrong there, in words for people.
pub fn malformed(file: &str, error: &toml::de::Error) -> (usize, String) {
    let before = error.span().map_or("", |span| &file[..span.start]);
    let line = before.matches('\n').count() + 1;
    let text = file.lines().nth(line - 1).unwrap_or_default().trim();
    (line, format!("`{text}`: {}", without_jargon(error)))
}

/// What the parser says, without its jargon.
pub fn without_jargon(error: &toml::de::Error) -> String {
    let message = error.message().replace('\n', ", ").replace(", `provenance`", "");
    let jargon = [
        ("expected i64", "expected a whole number"),
        ("expected f64", "expected a number"),
        ("a sequence", "a list"),
    ];
    jargon.iter().fold(message, |message, (jargon, plain)| message.replace(jargon, plain))
}
