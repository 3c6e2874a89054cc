//! What settings resolve to: complete and valid.

use std::ops::Deref;

use data::{Images, ReadOptions, SplitError, stratified_split, stratified_subset};
use serde::Serialize;
use toml::Value;

use crate::{
    Optimizer, Schedule, Setting, Settings,
    check::ValueError,
    settings::{EPOCHS, SETTINGS, Values},
};

/// The test set that is used if no data are named.
const TEST_DATA: &str = "data/mnist_test.csv.gz";

/// A complete and valid description of a run. It comes from
/// [`Settings::resolve`](crate::Settings::resolve) alone and cannot be changed, so a function that
/// takes one need not check it again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunConfig(Values);

impl RunConfig {
    /// The run in one line: `hidden layers 256-128, learning rate 0.01, …`. It names what every
    /// reader looks for, and what is not as it would be by default; where a run computes and what
    /// it reads are said elsewhere.
    pub fn describe(&self) -> String {
        self.describe_without(&["epochs"])
    }

    /// The same, with the epochs and without these settings.
    pub fn describe_without(&self, left_out: &[&str]) -> String {
        let default = Settings::default().resolve().ok();
        let is_named = |setting: &&Setting| {
            let value = self.value(setting.name);
            let is_default =
                default.as_ref().is_some_and(|default| default.value(setting.name) == value);
            value.is_some() && (ALWAYS_NAMED.contains(&setting.name) || !is_default)
        };
        let is_left_out = |setting: &Setting| {
            NEVER_NAMED.iter().chain(left_out).any(|name| *name == setting.name)
        };
        let settings = SETTINGS.iter().filter(|setting| !is_left_out(setting)).filter(is_named);
        let words = settings
            .filter_map(|setting| Some(in_words(setting.label, &self.value(setting.name)?)));
        words.collect::<Vec<_>>().join(", ")
    }

    /// How it reads its data.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions { image: self.image, pixel_max: self.pixel_max }
    }

    /// Of all images of its data, those that it takes: with a limit, so many.
    ///
    /// # Errors
    /// The limit is above the number of images.
    pub fn limited(&self, all: Images) -> Result<Images, SplitError> {
        let Some(limit) = self.limit else { return Ok(all) };
        Ok(all.select(&stratified_subset(all.labels(), limit, self.split_seed)?))
    }

    /// Splits the images that it takes into those that it trains on and those that it validates on.
    ///
    /// # Errors
    /// They cannot be split so.
    pub fn split(&self, images: &Images) -> Result<(Images, Images), SplitError> {
        let split = stratified_split(images.labels(), self.valid_fraction, self.split_seed)?;
        Ok((images.select(&split.train), images.select(&split.valid)))
    }

    /// The fields in which this run differs from another: name, this one's value, the other's.
    pub fn differences(&self, other: &Self) -> Vec<(String, String, String)> {
        let table = |config: &Self| toml::Table::try_from(config).unwrap_or_default();
        let (mine, others) = (table(self), table(other));
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
    /// Fills in the defaults, and checks all values by themselves and together.
    ///
    /// # Errors
    /// The first impossible value, by the name of its field.
    pub fn resolve(mut self) -> Result<RunConfig, ValueError> {
        if self.data.is_none() && self.test_data.is_none() {
            self.test_data = Some(TEST_DATA.into());
        }
        self.fill_in_what_depends_on_others();
        let values = self.values()?;
        check_together(&values)?;
        Ok(RunConfig(values))
    }

    /// Defaults that follow from other settings.
    fn fill_in_what_depends_on_others(&mut self) {
        let optimizer = self.optimizer.unwrap_or_default();
        self.learning_rate = self.learning_rate.or(optimizer.default_learning_rate());
        self.weight_decay = self.weight_decay.or(optimizer.default_weight_decay());
        let schedule = self.schedule.unwrap_or_default();
        // Of an impossible number of epochs, the check tells.
        let epochs = self.epochs.unwrap_or(EPOCHS).max(1) as usize;
        self.gamma = self.gamma.or(schedule.default_gamma(epochs));
        if schedule == Schedule::Step {
            self.step_size = self.step_size.or(Some(epochs.div_ceil(3) as i64));
        }
    }
}

/// The settings on which the default of a setting depends, so that it may differ where they do.
pub fn follows_from(setting: &str) -> &'static [&'static str] {
    match setting {
        "gamma" | "step_size" => &["schedule", "epochs"],
        _ => &[],
    }
}

/// Refuses settings of which each is possible, but not with the others.
fn check_together(values: &Values) -> Result<(), ValueError> {
    let given = |field: &'static str, value: String, expected: String| {
        Err(ValueError { field, value, expected })
    };
    let (optimizer, schedule) = (values.optimizer, values.schedule);
    if optimizer != Optimizer::Sgd && values.momentum > 0.0 {
        let expected = format!(
            "0 with {optimizer}, which has momentum of its own; only sgd takes this setting"
        );
        return given("momentum", values.momentum.to_string(), expected);
    }
    if values.nesterov && values.momentum == 0.0 {
        let expected = "false, or sgd with a momentum above 0".to_owned();
        return given("nesterov", "true".to_owned(), expected);
    }
    if let (Some(gamma), Schedule::Constant | Schedule::Cosine) = (values.gamma, schedule) {
        let expected = format!("none with the {schedule} schedule; step and exponential have one");
        return given("gamma", gamma.to_string(), expected);
    }
    if let (Some(size), true) = (values.step_size, schedule != Schedule::Step) {
        let expected = format!("none with the {schedule} schedule; only step has one");
        return given("step_size", size.to_string(), expected);
    }
    if values.warmup > values.epochs as f64 {
        let expected = format!("at most the {} epochs of the training", values.epochs);
        return given("warmup", values.warmup.to_string(), expected);
    }
    if values.min_gain > 0.0 && values.patience.is_none() {
        return given(
            "min_gain",
            values.min_gain.to_string(),
            "0, or a patience as well".to_owned(),
        );
    }
    Ok(())
}

const ALWAYS_NAMED: [&str; 5] = ["hidden", "epochs", "batch_size", "learning_rate", "seed"];
const NEVER_NAMED: [&str; 5] = ["backend", "data", "test_data", "image", "pixel_max"];

/// A setting and its value: `dropout 0.2`, `layer norm`, `hidden layers 256-128`.
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
    type Target = Values;

    fn deref(&self) -> &Values {
        &self.0
    }
}
