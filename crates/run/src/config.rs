//! The configuration of a run: resolved settings, complete and valid.

use std::{
    collections::BTreeSet,
    ops::Deref,
    path::{Path, PathBuf},
};

use data::{Images, ReadOptions, SplitError, stratified_split, stratified_subset};
use host::{file::are_same, text::counted};
use serde::{Serialize, Serializer, ser::SerializeMap};
use toml::{Table, Value};

use crate::{
    Augment, Schedule, Setting, Settings,
    check::{ValueError, plain},
    settings::{OF_DATA, ResolvedSettings, SETTINGS},
};

/// The default test set.
const TEST_DATA: &str = "data/mnist_test.csv.gz";

/// A complete and valid configuration of a run. Only
/// [`Settings::resolve`](crate::Settings::resolve) makes one, and nothing can change it, so no
/// function has to check it again.
#[derive(Debug, Clone)]
pub struct RunConfig {
    settings: ResolvedSettings,
    /// The names of the settings that somebody gave; the others are defaults.
    given: BTreeSet<&'static str>,
}

/// Two runs with the same settings are the same, whether these were given or defaults.
impl PartialEq for RunConfig {
    fn eq(&self, other: &Self) -> bool {
        self.settings == other.settings
    }
}

/// The given settings, and the others in a table `defaults`.
impl Serialize for RunConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values = Table::try_from(&self.settings).map_err(serde::ser::Error::custom)?;
        let named = SETTINGS.iter().filter_map(|setting| values.get_key_value(setting.name));
        let (given, defaults): (Vec<_>, Vec<_>) =
            named.partition(|(name, _)| self.given.contains(name.as_str()));
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in given {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry("defaults", &InOrder(defaults))?;
        map.end()
    }
}

/// Values by name, in this order.
struct InOrder<'a>(Vec<(&'a String, &'a Value)>);

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

impl RunConfig {
    /// Every value by its name.
    pub fn values(&self) -> Table {
        Table::try_from(&self.settings).unwrap_or_default()
    }

    /// The run in one line: `hidden layers 256-128, learning rate 0.01, …`. It names the main
    /// settings and those that differ from their defaults, but neither backend nor data.
    pub fn describe(&self) -> String {
        self.describe_without(&["epochs"])
    }

    /// The run in one line, without these settings.
    pub fn describe_without(&self, left_out: &[&str]) -> String {
        let default = Settings::default().resolve().ok();
        let is_named = |setting: &&Setting| {
            let value = self.value(setting.name);
            let is_default =
                default.as_ref().is_some_and(|default| default.value(setting.name) == value);
            value.is_some() && (ALWAYS_NAMED.contains(&setting.name) || !is_default)
        };
        let is_left_out = |setting: &Setting| {
            let names = NEVER_NAMED.iter().chain(&OF_DATA).chain(left_out);
            names.into_iter().any(|name| *name == setting.name)
        };
        let settings = SETTINGS.iter().filter(|setting| !is_left_out(setting)).filter(is_named);
        let words = settings
            .filter_map(|setting| Some(in_words(setting.label, &self.value(setting.name)?)));
        words.collect::<Vec<_>>().join(", ")
    }

    /// The format of its images.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions {
            image: self.image,
            pixel_max: self.pixel_max,
            label_column: self.label_column.clone(),
            labels: self.labels.clone(),
            class_names: self.class_names.clone(),
            transpose: self.transpose,
            invert: self.invert,
            grey: self.grey,
        }
    }

    /// The format of its test images: the same, but for the file of their labels.
    pub fn test_read_options(&self) -> ReadOptions {
        ReadOptions { labels: self.test_labels.clone(), ..self.read_options() }
    }

    /// The format of any file of images: that of its own images, but for the file of the labels,
    /// which belongs to one file of images.
    pub fn read_options_of(&self, data: &Path) -> ReadOptions {
        let of = |file: Option<&PathBuf>| file.is_some_and(|file| are_same(file, data));
        match () {
            () if of(self.test_data.as_ref()) => self.test_read_options(),
            () if of(Some(&self.data)) => self.read_options(),
            () => ReadOptions { labels: None, ..self.read_options() },
        }
    }

    /// The images that the run uses: all images of its data, or with a limit a stratified subset.
    ///
    /// # Errors
    /// The limit is above the number of images.
    pub fn limited(&self, all: Images) -> Result<Images, SplitError> {
        let Some(limit) = self.limit else { return Ok(all) };
        Ok(all.select(&stratified_subset(all.targets(), limit, self.split_seed)?))
    }

    /// Splits the images of the run into training and validation images.
    ///
    /// # Errors
    /// The split is impossible, as with a single image of a class.
    pub fn split(&self, images: &Images) -> Result<(Images, Images), SplitError> {
        let split = stratified_split(images.targets(), self.valid_fraction, self.split_seed)
            .map_err(|error| error.named(images.classes()))?;
        Ok((images.select(&split.train), images.select(&split.valid)))
    }

    /// The fields in which two runs differ: name, value in this run, value in the other.
    pub fn differences(&self, other: &Self) -> Vec<(String, String, String)> {
        let (mine, others) = (self.values(), other.values());
        let show = |value: Option<&toml::Value>| {
            value.map_or_else(|| "none".to_owned(), toml::Value::to_string)
        };
        let mut fields: Vec<&String> = mine.keys().chain(others.keys()).collect();
        fields.sort_unstable();
        fields.dedup();
        let differing = fields.into_iter().filter(|field| mine.get(*field) != others.get(*field));
        differing
            .map(|field| (field.clone(), show(mine.get(field)), show(others.get(field))))
            .collect()
    }
}

impl Settings {
    /// Fills in the defaults, the recorded ones first, and checks all values by themselves and
    /// together.
    ///
    /// # Errors
    /// The first invalid value, by the name of its field.
    pub fn resolve(self) -> Result<RunConfig, ValueError> {
        let given = self.given();
        let mut all = self.or_recorded();
        if !given.contains("data") && all.test_data.is_none() {
            all.test_data = Some(TEST_DATA.into());
        }
        all.fill_in_what_depends_on_others();
        let settings = all.resolve_each()?;
        check_together(&settings)?;
        Ok(RunConfig { settings, given })
    }
}

/// Refuses settings that are valid by themselves but not together.
fn check_together(settings: &ResolvedSettings) -> Result<(), ValueError> {
    let given = |field: &'static str, value: String, expected: String| {
        Err(ValueError { field, value, expected })
    };
    if let (Some(labels), None) = (&settings.test_labels, &settings.test_data) {
        let expected = "none without test data".to_owned();
        return given("test_labels", labels.display().to_string(), expected);
    }
    let optimizer = settings.optimizer;
    if !optimizer.takes_momentum() && settings.momentum > 0.0 {
        let expected = format!("0 with {optimizer}, which does not take this setting");
        return given("momentum", settings.momentum.to_string(), expected);
    }
    if settings.nesterov && settings.momentum == 0.0 {
        let expected = "false, or sgd with a momentum above 0".to_owned();
        return given("nesterov", "true".to_owned(), expected);
    }
    if !settings.decay_all && settings.weight_decay == 0.0 {
        let expected = "true, or a weight decay above 0".to_owned();
        return given("decay_all", "false".to_owned(), expected);
    }
    // What not every network or schedule has.
    let schedule = settings.schedule;
    let network = settings.network;
    let has_filters = network.default_filters().is_some();
    let has_gamma = schedule.default_gamma(settings.epochs).is_some();
    let has_steps = schedule == Schedule::Step;
    for (field, has_it, choice) in [
        ("filters", has_filters, format!("network {network}, which has no convolutions")),
        ("gamma", has_gamma, format!("{schedule} schedule; step and exponential have one")),
        ("step_size", has_steps, format!("{schedule} schedule; only step has one")),
    ] {
        if let (Some(value), false) = (settings.value(field), has_it) {
            return given(field, plain(&value), format!("none with the {choice}"));
        }
    }
    if settings.augment == Augment::None && settings.augment_strength != 1.0 {
        let expected = "1, or an augmentation as well".to_owned();
        return given("augment_strength", settings.augment_strength.to_string(), expected);
    }
    if settings.warmup > settings.epochs as f64 {
        let epochs = counted(settings.epochs, "epoch");
        let expected = format!("at most {epochs}, the length of the training");
        return given("warmup", settings.warmup.to_string(), expected);
    }
    if settings.threads > 1 && settings.backend.is_gpu() {
        let expected = format!("1 with {}, which does not compute on the CPU", settings.backend);
        return given("threads", settings.threads.to_string(), expected);
    }
    if settings.min_gain > 0.0 && settings.patience.is_none() {
        return given(
            "min_gain",
            settings.min_gain.to_string(),
            "0, or a patience as well".to_owned(),
        );
    }
    Ok(())
}

const ALWAYS_NAMED: [&str; 5] = ["hidden", "epochs", "batch_size", "learning_rate", "seed"];
/// And what belongs to the data.
const NEVER_NAMED: [&str; 2] = ["backend", "data"];

/// A setting and its value in words: `dropout 0.2`, `layer norm`, `hidden layers 256-128`.
fn in_words(label: &str, value: &Value) -> String {
    match value {
        Value::Boolean(true) => label.to_owned(),
        Value::Boolean(false) => format!("no {label}"),
        value => format!("{label} {}", value_name(value)),
    }
}

/// A value in words.
pub fn value_name(value: &Value) -> String {
    match value {
        Value::Boolean(true) => "on".to_owned(),
        Value::Boolean(false) => "off".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(value_name).collect::<Vec<_>>().join("-"),
        Value::Float(number) => number.to_string(),
        other => other.to_string(),
    }
}

impl Deref for RunConfig {
    type Target = ResolvedSettings;

    fn deref(&self) -> &ResolvedSettings {
        &self.settings
    }
}
