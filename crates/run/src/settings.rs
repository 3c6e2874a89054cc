//! The settings of a run, each defined in one row of a table. Flags override the settings of a
//! file, and these override the defaults.

use std::{
    collections::BTreeSet,
    fs,
    num::NonZeroU8,
    path::{Path, PathBuf},
};

use data::{ImageSize, LabelColumn, shown::shortened};
use host::{FileError, file::are_same};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use toml::{Table, Value};

use crate::{
    Augment, Backend, ClassWeights, Keep, NetworkKind, Optimizer, Provenance, Schedule,
    check::{
        QUOTED, ValueError, above_0, any, at_least_0, below_1, between_0_and_1, count, filters,
        image, label_column, layers, optional, or, pixel_max, plain, seed, threads,
    },
    define::{Setting, define_settings},
};

/// The default training set.
const DATA: &str = "data/mnist_train.csv.gz";
/// The largest number of characters of a message of the parser, which may list all settings.
const MESSAGE: usize = 1000;
/// The test data and the format of the images, which belong to the data of the same source.
pub(crate) const OF_DATA: [&str; 10] = [
    "test_data",
    "image",
    "pixel_max",
    "label_column",
    "labels",
    "test_labels",
    "class_names",
    "transpose",
    "invert",
    "grey",
];
/// The default number of epochs.
pub(crate) const EPOCHS: i64 = 10;

define_settings! {
    /// Backend to compute on
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
    /// Pixel value of full ink, the largest allowed [default: that of the trained run, or else 255]
    pixel_max: i64 => NonZeroU8 = or(255, pixel_max),
        flag("pixel-max", "N"), label("largest pixel", "");
    /// Column of the labels: first, last, none, or its name [default: found by name, or from the
    /// values]
    label_column: String => Option<LabelColumn> = optional(label_column),
        flag("label-column", "COLUMN"), label("label column", "");
    /// File of the labels of --data, if they are not in it: one in each line
    labels: PathBuf => Option<PathBuf> = optional(any),
        flag("labels", "FILE"), label("labels", "");
    /// File of the labels of --test-data, if they are not in it: one in each line
    test_labels: PathBuf => Option<PathBuf> = optional(any),
        flag("test-labels", "FILE"), label("test labels", "");
    /// File of the names of the classes: one in each line, or label and name, as EMNIST's mapping
    class_names: PathBuf => Option<PathBuf> = optional(any),
        flag("class-names", "FILE"), label("class names", "");
    /// Exchange the rows and columns of the images, as EMNIST's need it
    transpose: bool => bool = or(false, any),
        flag("transpose", "BOOL", num_args = 0..=1, require_equals = true,
            default_missing_value = "true"),
        label("transposed images", "");
    /// Invert the images: dark ink on light paper becomes light on dark, as in MNIST
    invert: bool => bool = or(false, any),
        flag("invert", "BOOL", num_args = 0..=1, require_equals = true,
            default_missing_value = "true"),
        label("inverted images", "");
    /// Turn three colour values per pixel to one grey value
    grey: bool => bool = or(false, any),
        flag("grey", "BOOL", num_args = 0..=1, require_equals = true,
            default_missing_value = "true"),
        label("grey images", "");
    /// Number of rows to use, all classes in proportion [default: all]
    limit: i64 => Option<usize> = optional(count),
        flag("limit", "N"), label("limit", "rows");
    /// Fraction of the rows for validation, stratified by class
    valid_fraction: f64 => f64 = or(0.2, between_0_and_1),
        flag("valid-fraction", "F"), label("validation fraction", "");
    /// Seed of the split and of --limit; runs that differ only in --seed share their rows
    split_seed: i64 => u64 = or(0, seed),
        flag("split-seed", "N"), label("split seed", "");
    /// Network
    network: NetworkKind => NetworkKind = or(NetworkKind::Mlp, any),
        flag("network", "N", value_enum), label("network", "");
    /// Filters of the two convolutions of cnn, of 5x5 and 3x3 pixels [default: 24,32]
    filters: Vec<i64> => Option<[usize; 2]> = optional(filters),
        flag("filters", "N,N", value_delimiter = ','), label("filters", "");
    /// Sizes of the hidden linear layers [default: 256,128; 256 for cnn]
    hidden: Vec<i64> => Vec<usize> = or(vec![256, 128], layers),
        flag("hidden", "SIZES", value_delimiter = ','), label("hidden layers", "units");
    /// Dropout probability of the hidden layers
    dropout: f64 => f64 = or(0.0, below_1),
        flag("dropout", "P"), label("dropout", "");
    /// Layer normalization of the hidden layers; --layer-norm=false overrides a file
    layer_norm: bool => bool = or(false, any),
        flag("layer-norm", "BOOL", num_args = 0..=1, require_equals = true,
            default_missing_value = "true"),
        label("layer norm", "");
    /// Random change of each training image in each epoch
    augment: Augment => Augment = or(Augment::None, any),
        flag("augment", "KIND", value_enum), label("augmentation", "");
    /// Factor of all amounts of the augmentation
    augment_strength: f64 => f64 = or(1.0, above_0),
        flag("augment-strength", "X"), label("augmentation strength", "");
    /// Share of the training images that made images of no class replace in each epoch, with
    /// random labels: the network learns to be unsure; the training accuracy counts them
    outliers: f64 => f64 = or(0.0, below_1),
        flag("outliers", "F"), label("outliers", "");
    /// Passes over the training rows
    epochs: i64 => usize = or(EPOCHS, count),
        flag("epochs", "N"), label("epochs", "");
    /// Samples per batch
    batch_size: i64 => usize = or(64, count),
        flag("batch-size", "N"), label("batch size", "samples");
    /// Share of the target of each row that is spread evenly over all classes, in training
    label_smoothing: f64 => f64 = or(0.0, below_1),
        flag("label-smoothing", "E"), label("label smoothing", "");
    /// Weights of the classes in the loss of training
    class_weights: ClassWeights => ClassWeights = or(ClassWeights::None, any),
        flag("class-weights", "KIND", value_enum), label("class weights", "");
    /// Optimizer
    optimizer: Optimizer => Optimizer = or(Optimizer::Sgd, any),
        flag("optimizer", "O", value_enum), label("optimizer", "");
    /// Learning rate [default: 0.01; 0.001 for adam and adamw]
    learning_rate: f64 => f64 = or(0.01, above_0),
        flag("lr", "X"), label("learning rate", "");
    /// Momentum of sgd
    momentum: f64 => f64 = or(0.0, below_1),
        flag("momentum", "M"), label("momentum", "");
    /// Nesterov momentum
    nesterov: bool => bool = or(false, any),
        flag("nesterov", "BOOL", num_args = 0..=1, require_equals = true,
            default_missing_value = "true"),
        label("Nesterov momentum", "");
    /// Weight decay: an L2 penalty, with adamw decoupled from the gradients [default: 0; 0.01 for
    /// adamw]
    weight_decay: f64 => f64 = or(0.0, at_least_0),
        flag("weight-decay", "W"), label("weight decay", "");
    /// Weight decay of biases and layer norms, too; --decay-all=false leaves them out
    decay_all: bool => bool = or(true, any),
        flag("decay-all", "BOOL", num_args = 0..=1, require_equals = true,
            default_missing_value = "true"),
        label("decay of biases and norms", "");
    /// Largest norm of all gradients together; larger gradients are scaled down [default: no limit]
    clip_grad_norm: f64 => Option<f64> = optional(above_0),
        flag("clip-grad-norm", "X"), label("gradient norm limit", "");
    /// Decay factor of a moving average of the weights over the steps, which is evaluated and saved
    /// in their place [default: no average]
    ema: f64 => Option<f64> = optional(between_0_and_1),
        flag("ema", "D"), label("weight average", "");
    /// Learning-rate schedule
    schedule: Schedule => Schedule = or(Schedule::Constant, any),
        flag("schedule", "S", value_enum), label("learning rate schedule", "");
    /// Decay factor of the step and exponential schedules [default: the factor that ends at a
    /// hundredth of the learning rate]
    gamma: f64 => Option<f64> = optional(above_0),
        flag("gamma", "G"), label("gamma", "");
    /// Epochs between two steps of the step schedule [default: a third of the epochs]
    step_size: i64 => Option<usize> = optional(count),
        flag("step-size", "N"), label("step size", "epochs");
    /// Epochs of linear warm-up
    warmup: f64 => f64 = or(0.0, at_least_0),
        flag("warmup", "EPOCHS"), label("warm-up", "epochs");
    /// Epochs without an improvement before early stopping [default: no early stopping]
    patience: i64 => Option<usize> = optional(count),
        flag("patience", "N"), label("patience", "epochs");
    /// Smallest rise in validation accuracy, from 0 to 1, that counts as an improvement
    min_gain: f64 => f64 = or(0.0, below_1),
        flag("min-gain", "X"), label("least gain", "");
    /// Weights to test and to save as model.safetensors
    keep: Keep => Keep = or(Keep::Last, any),
        flag("keep", "WHICH", value_enum), label("weights kept", "");
    /// Seed of the initial weights, the order of the samples and dropout
    seed: i64 => u64 = or(0, seed),
        flag("seed", "N"), label("seed", "");
    /// CPU threads, which share the rows of each batch [default: all physical cores for train, 1
    /// for each run of an analysis]
    threads: i64 => usize = or(1, threads),
        flag("threads", "N"), label("threads", "");
}

/// Invalid settings. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is not TOML, or has an unknown key or a value of the wrong type.
    #[error("{}, line {line}, {message}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The text of the line, and the mistake in it.
        message: String,
    },
    /// A value in the file is invalid.
    #[error("{}: {invalid}", path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// The field and its value.
        invalid: ValueError,
    },
    /// A value on the command line is invalid.
    #[error("command line: {0}")]
    OnCommandLine(ValueError),
}

impl SettingsError {
    /// Whether the file can be read, and its content is wrong.
    pub fn is_in_file(&self) -> bool {
        matches!(self, Self::Malformed { .. } | Self::InFile { .. })
    }
}

impl Settings {
    /// Reads a TOML file, and checks each of its values.
    ///
    /// # Errors
    /// The file cannot be read, a key is unknown, or a value is invalid.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let settings: Self = read_toml(path)?;
        settings
            .check()
            .map_err(|invalid| SettingsError::InFile { path: path.to_owned(), invalid })?;
        Ok(settings.with_the_split_of_old())
    }

    /// A `run.toml` without a split seed comes from an older run, whose seed decided the split too.
    /// Another split would train on rows that the run validates on.
    fn with_the_split_of_old(mut self) -> Self {
        if self.provenance.is_some() && self.defaults.is_none() {
            self.split_seed = self.split_seed.or(self.seed);
        }
        self
    }

    /// These settings, with missing ones from another source.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        let data = base.clone().or_recorded().data;
        let is_same = |given| data.as_deref().is_some_and(|data| are_same(given, data));
        let is_other = self.data.as_deref().is_some_and(|given| !is_same(given));
        self.changing(if is_other { base.map_all(|each| each.without(&OF_DATA)) } else { base })
    }

    /// These settings with the paths of a run where they lead to the same files.
    pub(crate) fn spelled_as(mut self, run: &ResolvedSettings) -> Self {
        let paths = [
            (&mut self.data, Some(&run.data)),
            (&mut self.test_data, run.test_data.as_ref()),
            (&mut self.labels, run.labels.as_ref()),
            (&mut self.test_labels, run.test_labels.as_ref()),
            (&mut self.class_names, run.class_names.as_ref()),
        ];
        for (given, of_run) in paths {
            let same = given.as_ref().zip(of_run).filter(|(given, of_run)| are_same(given, of_run));
            if let Some((_, of_run)) = same {
                *given = Some(of_run.clone());
            }
        }
        self
    }

    /// Converts these settings and the recorded defaults.
    fn map_all(mut self, convert: impl Fn(Self) -> Self) -> Self {
        self.defaults = self.defaults.map(|defaults| Box::new(convert(*defaults)));
        convert(self)
    }

    /// The given values by name. A path that is not valid Unicode leaves none.
    pub(crate) fn table(&self) -> Table {
        Table::try_from(self).unwrap_or_default()
    }

    /// Checks each value by itself. [`resolve`](Self::resolve) checks the combinations.
    ///
    /// # Errors
    /// The first invalid value, by the name of its field.
    pub fn check(&self) -> Result<(), ValueError> {
        self.clone().or_recorded().resolve_each().map(drop)
    }

    /// These settings, with missing ones from the recorded defaults.
    pub(crate) fn or_recorded(mut self) -> Self {
        match self.defaults.take() {
            Some(defaults) => self.or(*defaults),
            None => self,
        }
    }
}

impl ResolvedSettings {
    /// The value of the setting with this name; none if it is unset or unknown.
    pub fn value(&self, name: &str) -> Option<Value> {
        Table::try_from(self).ok()?.remove(name)
    }
}

/// The description of the setting with this name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The help text of a setting, with its default.
pub(crate) fn help(name: &str) -> String {
    let help = setting(name).map_or("", |setting| setting.help.trim());
    let default = Settings::default().resolve_each().ok().and_then(|values| values.value(name));
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
/// The file cannot be read, or does not describe a `T`.
pub(crate) fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<T, SettingsError> {
    let text = fs::read_to_string(path).map_err(FileError::at(path))?;
    toml::from_str(&text).map_err(|error| {
        let (line, message) = malformed(&text, &error);
        SettingsError::Malformed { path: path.to_owned(), line, message }
    })
}

/// The line of a mistake in a TOML file, and a message for the user.
pub fn malformed(file: &str, error: &toml::de::Error) -> (usize, String) {
    let before = error.span().map_or("", |span| &file[..span.start]);
    let line = before.matches('\n').count() + 1;
    let text = file.lines().nth(line - 1).unwrap_or_default().trim();
    (line, format!("`{}`: {}", shortened(text, QUOTED), without_jargon(error)))
}

/// The message about an unknown key that is the flag of a setting, or the beginning of its name.
fn with_meant(message: &str) -> Option<String> {
    let (key, known) = message.strip_prefix("unknown field `")?.split_once('`')?;
    let plain = |name: &str| name.to_lowercase().replace(['-', '_'], "");
    let is_meant = |setting: &&Setting| {
        let name = plain(setting.name);
        let is_beginning = plain(key).len() >= 3 && name.starts_with(&plain(key));
        let is_similar = is_beginning || plain(setting.flag) == plain(key);
        is_similar && known.contains(&format!("`{}`", setting.name))
    };
    let meant = SETTINGS.iter().find(is_meant)?;
    Some(format!("unknown field `{key}`; did you mean `{}`?", meant.name))
}

/// The message of the parser in plain words.
pub fn without_jargon(error: &toml::de::Error) -> String {
    if let Some(message) = with_meant(error.message()) {
        return message;
    }
    let message = error.message().replace('\n', ", ").replace(", `defaults`, `provenance`", "");
    let jargon = [
        ("expected i64", "expected a whole number"),
        ("expected f64", "expected a number"),
        ("a sequence", "a list"),
    ];
    let message =
        jargon.iter().fold(message, |message, (jargon, plain)| message.replace(jargon, plain));
    // It may quote the file, too.
    shortened(&message, MESSAGE)
}
