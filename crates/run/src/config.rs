//! What a run does: complete and valid.

use std::{fmt::Display, ops::Deref, path::PathBuf};

use serde::Serialize;

use crate::{Backend, Settings};

/// A complete and valid description of a run. It comes from [`Settings::resolve`] alone and cannot be changed, so
/// whoever holds one need not check it again.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunConfig(Values);

/// The values of a [`RunConfig`], in the order in which `run.toml` lists them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Values {
    /// Where to compute.
    pub backend: Backend,
    /// Digits to train and validate on.
    pub data: PathBuf,
    /// Digits to test on at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_data: Option<PathBuf>,
    /// How many rows of the data to take; all if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// The part held out for validation, between 0 and 1.
    pub valid_fraction: f64,
    /// Sizes of the hidden layers: at least one, each at least 1.
    pub hidden: Vec<usize>,
    /// The probability with which training drops an activation, from 0 to below 1.
    pub dropout: f64,
    /// Whether hidden layers are normalized.
    pub layer_norm: bool,
    /// Passes over the training rows, at least 1.
    pub epochs: usize,
    /// Samples a step, at least 1.
    pub batch_size: usize,
    /// Above 0.
    pub learning_rate: f64,
    /// From 0 to below 1.
    pub momentum: f64,
    /// At least 0.
    pub weight_decay: f64,
    /// What everything random is drawn from.
    pub seed: u64,
}

/// An impossible value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field} = {value}; expected {expected}")]
pub struct Invalid {
    /// The field's name in a TOML file.
    pub field: &'static str,
    /// The value given.
    pub value: String,
    /// What would be right.
    pub expected: &'static str,
}

/// Train and test set that are used if no others are named.
const DATA: &str = "data/mnist_train.csv.gz";
const TEST_DATA: &str = "data/mnist_test.csv.gz";
/// More units than fit in the memory of any machine that this is for; stops a slip of the finger, not a big network.
const LARGEST_LAYER: i64 = 1 << 20;

impl RunConfig {
    pub(crate) fn new(asked: Settings) -> Result<Self, Invalid> {
        let hidden = asked.hidden.unwrap_or_else(|| vec![256, 128]);
        let sizes = || hidden.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        if hidden.is_empty() {
            return Err(invalid("hidden", "[]", "at least one hidden layer, for example [256, 128]"));
        }
        if hidden.iter().any(|size| !(1..=LARGEST_LAYER).contains(size)) {
            return Err(invalid("hidden", sizes(), "sizes of at least 1 (and at most 1048576)"));
        }
        let test_data = if asked.data.is_some() { asked.test_data } else { asked.test_data.or(Some(TEST_DATA.into())) };
        Ok(Self(Values {
            backend: asked.backend.unwrap_or_default(),
            data: asked.data.unwrap_or_else(|| DATA.into()),
            test_data,
            limit: asked.limit.map(|limit| whole("limit", limit)).transpose()?,
            valid_fraction: number("valid_fraction", asked.valid_fraction.unwrap_or(0.2), BETWEEN_0_AND_1)?,
            hidden: hidden.into_iter().map(|size| size as usize).collect(),
            dropout: number("dropout", asked.dropout.unwrap_or(0.0), BELOW_1)?,
            layer_norm: asked.layer_norm.unwrap_or(false),
            epochs: whole("epochs", asked.epochs.unwrap_or(10))?,
            batch_size: whole("batch_size", asked.batch_size.unwrap_or(64))?,
            learning_rate: number("learning_rate", asked.learning_rate.unwrap_or(0.01), ABOVE_0)?,
            momentum: number("momentum", asked.momentum.unwrap_or(0.0), BELOW_1)?,
            weight_decay: number("weight_decay", asked.weight_decay.unwrap_or(0.0), AT_LEAST_0)?,
            seed: asked
                .seed
                .unwrap_or(0)
                .try_into()
                .map_err(|_| invalid("seed", asked.seed.unwrap_or(0), "a whole number of at least 0"))?,
        }))
    }
}

impl RunConfig {
    /// The settings that resolve to this run.
    pub fn settings(&self) -> Settings {
        Settings {
            backend: Some(self.backend),
            data: Some(self.data.clone()),
            test_data: self.test_data.clone(),
            limit: self.limit.map(|limit| limit as i64),
            valid_fraction: Some(self.valid_fraction),
            hidden: Some(self.hidden.iter().map(|size| *size as i64).collect()),
            dropout: Some(self.dropout),
            layer_norm: Some(self.layer_norm),
            epochs: Some(self.epochs as i64),
            batch_size: Some(self.batch_size as i64),
            learning_rate: Some(self.learning_rate),
            momentum: Some(self.momentum),
            weight_decay: Some(self.weight_decay),
            seed: Some(self.seed as i64),
            provenance: None,
        }
    }

    /// The fields in which this run differs from another: name, this one's value, the other's.
    pub fn differences(&self, other: &Self) -> Vec<(String, String, String)> {
        let table = |config: &Self| toml::Table::try_from(config).unwrap_or_default();
        let (mine, others) = (table(self), table(other));
        let show = |value: Option<&toml::Value>| value.map_or_else(|| "none".to_owned(), toml::Value::to_string);
        let mut fields: Vec<&String> = mine.keys().chain(others.keys()).collect();
        fields.sort_unstable();
        fields.dedup();
        let differing = fields.into_iter().filter(|field| mine.get(*field) != others.get(*field));
        differing.map(|field| (field.clone(), show(mine.get(field)), show(others.get(field)))).collect()
    }
}

impl Deref for RunConfig {
    type Target = Values;

    fn deref(&self) -> &Values {
        &self.0
    }
}

/// A range of numbers: what it is called, and what is in it.
type Range = (&'static str, fn(f64) -> bool);
const BETWEEN_0_AND_1: Range = ("a number between 0 and 1, both excluded", |x| x > 0.0 && x < 1.0);
const BELOW_1: Range = ("a number from 0 to below 1", |x| (0.0..1.0).contains(&x));
const ABOVE_0: Range = ("a number above 0", |x| x > 0.0 && x.is_finite());
const AT_LEAST_0: Range = ("a number of at least 0", |x| x >= 0.0 && x.is_finite());

fn number(field: &'static str, value: f64, (expected, holds): Range) -> Result<f64, Invalid> {
    if holds(value) { Ok(value) } else { Err(invalid(field, value, expected)) }
}

fn whole(field: &'static str, value: i64) -> Result<usize, Invalid> {
    match usize::try_from(value) {
        Ok(value) if value > 0 => Ok(value),
        _ => Err(invalid(field, value, "a whole number of at least 1")),
    }
}

fn invalid(field: &'static str, value: impl Display, expected: &'static str) -> Invalid {
    Invalid { field, value: value.to_string(), expected }
}
