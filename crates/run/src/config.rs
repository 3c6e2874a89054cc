//! What a run does: complete and valid.

use std::ops::Deref;

use data::{Images, ReadOptions, SplitError, stratified_split, stratified_subset};
use serde::Serialize;
use toml::Value;

pub use crate::settings::Values;
use crate::{Setting, Settings, settings::SETTINGS};

/// A complete and valid description of a run. It comes from
/// [`Settings::resolve`](crate::Settings::resolve) alone and cannot be changed, so a function that
/// takes one need not check it again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunConfig(Values);

/// An impossible value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field} = {value}; expected {expected}")]
pub struct Invalid {
    /// The field's name in a TOML file.
    pub field: &'static str,
    /// The value given.
    pub value: String,
    /// What would be right.
    pub expected: String,
}

impl RunConfig {
    pub(crate) fn new(values: Values) -> Self {
        Self(values)
    }

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
