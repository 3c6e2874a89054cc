//! The settings of a run, each defined in one row of a table, and how they come together: some from a file, some from the
//! command line, the rest left to the defaults.

use std::{
    fs,
    num::NonZeroU8,
    path::{Path, PathBuf},
};

use data::ImageSize;
use serde::{Deserialize, Serialize};

use crate::{
    Backend, Provenance, RunConfig,
    config::Invalid,
    define::{
        Setting, above_0, any, at_least_0, at_least_1, below_1, between_0_and_1, define_settings, image, layers,
        optional, or, pixel_max, seed, threads,
    },
};

/// Train and test set that are used if no others are named.
const DATA: &str = "data/mnist_train.csv.gz";
const TEST_DATA: &str = "data/mnist_test.csv.gz";

define_settings! {
    /// Where to compute
    backend: Backend => Backend = or(Backend::Flex, any),
        flag("backend", "B", value_enum), label("backend", "");
    /// Labelled images to train and validate on: CSV, plain, .gz or .zip
    data: PathBuf => PathBuf = or(DATA.into(), any),
        flag("data", "CSV"), label("data", "");
    /// Labelled images to test on at the end [default: data/mnist_test.csv.gz, unless --data is given]
    test_data: PathBuf => Option<PathBuf> = optional(any),
        flag("test-data", "CSV"), label("test data", "");
    /// Width and height of the images [default: squares]
    image: String => Option<ImageSize> = optional(image),
        flag("image", "WxH"), label("image size", "pixels");
    /// The largest value that a pixel can have: all ink
    pixel_max: i64 => NonZeroU8 = or(255, pixel_max),
        flag("pixel-max", "N"), label("largest pixel", "");
    /// Take only N rows of the data, all classes in proportion
    limit: i64 => Option<usize> = optional(at_least_1),
        flag("limit", "N"), label("limit", "rows");
    /// Part of the rows held out for validation, stratified
    valid_fraction: f64 => f64 = or(0.2, between_0_and_1),
        flag("valid-fraction", "F"), label("validation fraction", "");
    /// Sizes of the hidden layers
    hidden: Vec<i64> => Vec<usize> = or(vec![256, 128], layers),
        flag("hidden", "SIZES", value_delimiter = ','), label("hidden layers", "units");
    /// Probability with which training drops an activation
    dropout: f64 => f64 = or(0.0, below_1),
        flag("dropout", "P"), label("dropout", "");
    /// Normalize the hidden layers; --layer-norm=false where a file says otherwise
    layer_norm: bool => bool = or(false, any),
        flag("layer-norm", "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true"),
        label("layer norm", "");
    /// Passes over the training rows
    epochs: i64 => usize = or(10, at_least_1),
        flag("epochs", "N"), label("epochs", "");
    /// Samples a step
    batch_size: i64 => usize = or(64, at_least_1),
        flag("batch-size", "N"), label("batch size", "samples");
    /// Learning rate of stochastic gradient descent
    learning_rate: f64 => f64 = or(0.01, above_0),
        flag("lr", "X"), label("learning rate", "");
    /// Momentum
    momentum: f64 => f64 = or(0.0, below_1),
        flag("momentum", "M"), label("momentum", "");
    /// Weight decay (L2 penalty)
    weight_decay: f64 => f64 = or(0.0, at_least_0),
        flag("weight-decay", "W"), label("weight decay", "");
    /// What everything random is drawn from: split, first weights, order of the samples, dropout
    seed: i64 => u64 = or(0, seed),
        flag("seed", "N"), label("seed", "");
    /// Threads that compute, on flex; the first time, more than one builds the trainer once more
    threads: i64 => usize = or(1, threads),
        flag("threads", "N"), label("threads", "");
}

/// Settings that cannot be used. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
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
        invalid: Invalid,
    },
    /// A value on the command line is impossible.
    #[error("command line: {0}")]
    OnCommandLine(Invalid),
}

impl Settings {
    /// Reads a TOML file, and checks what it gives.
    ///
    /// # Errors
    /// The file cannot be read, a key is unknown, or a value is impossible.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let text =
            fs::read_to_string(path).map_err(|reason| SettingsError::Unreadable { path: path.to_owned(), reason })?;
        let settings: Self = toml::from_str(&text).map_err(|error| {
            let (line, message) = malformed(&text, &error);
            SettingsError::Malformed { path: path.to_owned(), line, message }
        })?;
        settings.clone().resolve().map_err(|invalid| SettingsError::InFile { path: path.to_owned(), invalid })?;
        Ok(settings)
    }

    /// These settings, and where they are silent, those of `base`.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        // Test data, and what the images are, belong to the data with which they were given.
        match self.data {
            Some(_) => self.or(Self { test_data: None, image: None, pixel_max: None, ..base }),
            None => self.or(base),
        }
    }

    /// Fills in the defaults and checks every value.
    ///
    /// # Errors
    /// The first impossible value, by the name of its field.
    pub fn resolve(mut self) -> Result<RunConfig, Invalid> {
        if self.data.is_none() && self.test_data.is_none() {
            self.test_data = Some(TEST_DATA.into());
        }
        self.values().map(RunConfig::new)
    }
}

/// The line of a mistake in a TOML file, and what is wrong there, in words for people.
pub fn malformed(file: &str, error: &toml::de::Error) -> (usize, String) {
    let before = error.span().map_or("", |span| &file[..span.start]);
    let line = before.matches('\n').count() + 1;
    let text = file.lines().nth(line - 1).unwrap_or_default().trim();
    (line, format!("`{text}`: {}", plain(error)))
}

/// What the parser says, without its jargon.
pub fn plain(error: &toml::de::Error) -> String {
    let message = error.message().replace('\n', ", ").replace(", `provenance`", "");
    let jargon =
        [("expected i64", "expected a whole number"), ("expected f64", "expected a number"), ("a sequence", "a list")];
    jargon.iter().fold(message, |message, (jargon, plain)| message.replace(jargon, plain))
}
