//! What was asked for: some settings from a file, some from the command line, the rest left to the defaults.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{Backend, Provenance, RunConfig, config::Invalid};

/// The settings of a run, as far as somebody gave them. Numbers may be out of range: [`Settings::resolve`] checks them.
///
/// The names of the fields are the keys of a TOML file; the command line calls `learning_rate` `--lr`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where to compute [default: flex]
    #[arg(long, value_enum, value_name = "B")]
    pub backend: Option<Backend>,
    /// Digits to train and validate on: CSV, plain, .gz or .zip [default: data/mnist_train.csv.gz]
    #[arg(long, value_name = "CSV")]
    pub data: Option<PathBuf>,
    /// Digits to test on at the end [default: data/mnist_test.csv.gz, if --data is not given either]
    #[arg(long, value_name = "CSV")]
    pub test_data: Option<PathBuf>,
    /// Take only N rows of the data, all digits in proportion
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub limit: Option<i64>,
    /// Part of the rows held out for validation, stratified [default: 0.2]
    #[arg(long, value_name = "F", allow_negative_numbers = true)]
    pub valid_fraction: Option<f64>,
    /// Sizes of the hidden layers, for example 256,128 [default: 256,128]
    #[arg(long, value_name = "SIZES", value_delimiter = ',', allow_negative_numbers = true)]
    pub hidden: Option<Vec<i64>>,
    /// Probability with which training drops an activation [default: 0]
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    pub dropout: Option<f64>,
    /// Normalize the hidden layers; --layer-norm=false where a file says otherwise
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub layer_norm: Option<bool>,
    /// Passes over the training rows [default: 10]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub epochs: Option<i64>,
    /// Samples a step [default: 64]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub batch_size: Option<i64>,
    /// Learning rate of stochastic gradient descent [default: 0.01]
    #[arg(long = "lr", value_name = "X", allow_negative_numbers = true)]
    pub learning_rate: Option<f64>,
    /// Momentum [default: 0]
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    pub momentum: Option<f64>,
    /// Weight decay (L2 penalty) [default: 0]
    #[arg(long, value_name = "W", allow_negative_numbers = true)]
    pub weight_decay: Option<f64>,
    /// What everything random is drawn from: split, first weights, order of the samples, dropout [default: 0]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seed: Option<i64>,
    /// What a `run.toml` tells about its run besides the settings. Nothing here changes a run.
    #[arg(skip)]
    #[serde(skip_serializing)]
    pub provenance: Option<Provenance>,
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
        Self {
            backend: self.backend.or(base.backend),
            // Test data belong to the data they were asked for with.
            test_data: if self.data.is_some() { self.test_data } else { self.test_data.or(base.test_data) },
            data: self.data.or(base.data),
            limit: self.limit.or(base.limit),
            valid_fraction: self.valid_fraction.or(base.valid_fraction),
            hidden: self.hidden.or(base.hidden),
            dropout: self.dropout.or(base.dropout),
            layer_norm: self.layer_norm.or(base.layer_norm),
            epochs: self.epochs.or(base.epochs),
            batch_size: self.batch_size.or(base.batch_size),
            learning_rate: self.learning_rate.or(base.learning_rate),
            momentum: self.momentum.or(base.momentum),
            weight_decay: self.weight_decay.or(base.weight_decay),
            seed: self.seed.or(base.seed),
            provenance: None,
        }
    }

    /// Fills in the defaults and checks every value.
    ///
    /// # Errors
    /// The first impossible value, by the name of its field.
    pub fn resolve(self) -> Result<RunConfig, Invalid> {
        RunConfig::new(self)
    }
}

/// The line of a mistake in a TOML file, and what is wrong there, in words for people.
pub(crate) fn malformed(file: &str, error: &toml::de::Error) -> (usize, String) {
    let before = error.span().map_or("", |span| &file[..span.start]);
    let line = before.matches('\n').count() + 1;
    let text = file.lines().nth(line - 1).unwrap_or_default().trim();
    (line, format!("`{text}`: {}", plain(error)))
}

/// What the parser says, without its jargon.
pub(crate) fn plain(error: &toml::de::Error) -> String {
    let told = error.message().replace('\n', ", ").replace(", `provenance`", "");
    let jargon =
        [("expected i64", "expected a whole number"), ("expected f64", "expected a number"), ("a sequence", "a list")];
    jargon.iter().fold(told, |told, (jargon, plain)| told.replace(jargon, plain))
}
