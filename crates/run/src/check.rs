//! Checks of single values. Each returns the resolved value, or a description of valid values.

use std::num::NonZeroU8;

use data::{ImageSize, LabelColumn, shown::shortened};
use serde::Serialize;
use toml::Value;

/// The largest number of characters of a file that a message quotes.
pub const QUOTED: usize = 100;

/// An invalid value.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field} = {value}; expected {expected}")]
pub struct ValueError {
    /// The key in a TOML file.
    pub field: &'static str,
    /// The invalid value.
    pub value: String,
    /// A description of valid values.
    pub expected: String,
}

/// A check: the resolved value, or a description of valid values.
pub(crate) type Check<G, V> = fn(G) -> Result<V, &'static str>;

/// The check of a setting with this default.
pub(crate) fn or<G: Serialize + Clone, V>(
    default: G,
    check: Check<G, V>,
) -> impl FnOnce(&'static str, Option<G>) -> Result<V, ValueError> {
    move |field, given| checked(field, given.unwrap_or(default), check)
}

/// The check of a setting without a default.
pub(crate) fn optional<G: Serialize + Clone, V>(
    check: Check<G, V>,
) -> impl FnOnce(&'static str, Option<G>) -> Result<Option<V>, ValueError> {
    move |field, given| given.map(|given| checked(field, given, check)).transpose()
}

fn checked<G: Serialize + Clone, V>(
    field: &'static str,
    given: G,
    check: Check<G, V>,
) -> Result<V, ValueError> {
    check(given.clone()).map_err(|expected| {
        let value = Value::try_from(given).map_or_else(|_| String::new(), |value| plain(&value));
        let value = shortened(&value, QUOTED);
        ValueError { field, value, expected: expected.to_owned() }
    })
}

pub(crate) fn any<T>(value: T) -> Result<T, &'static str> {
    Ok(value)
}

pub(crate) fn image(text: String) -> Result<ImageSize, &'static str> {
    text.parse().map_err(|_| ImageSize::EXPECTED)
}

pub(crate) fn pixel_max(value: i64) -> Result<NonZeroU8, &'static str> {
    u8::try_from(value).ok().and_then(NonZeroU8::new).ok_or("a whole number from 1 to 255")
}

pub(crate) fn label_column(text: String) -> Result<LabelColumn, &'static str> {
    text.parse()
}

/// More epochs, rows or samples than any run has: a limit against typing errors, with which
/// products of two such numbers stay exact.
pub const LARGEST_COUNT: i64 = 1_000_000_000;

pub(crate) fn count(value: i64) -> Result<usize, &'static str> {
    (1..=LARGEST_COUNT)
        .contains(&value)
        .then_some(value as usize)
        .ok_or("a whole number from 1 to 1000000000")
}

pub(crate) fn seed(value: i64) -> Result<u64, &'static str> {
    u64::try_from(value).map_err(|_| "a whole number of at least 0")
}

/// More threads than any processor has: a limit against typing errors.
const MOST_THREADS: i64 = 1024;

pub(crate) fn threads(value: i64) -> Result<usize, &'static str> {
    (1..=MOST_THREADS)
        .contains(&value)
        .then_some(value as usize)
        .ok_or("a whole number from 1 to 1024")
}

pub(crate) fn between_0_and_1(value: f64) -> Result<f64, &'static str> {
    within(value, value > 0.0 && value < 1.0, "a number between 0 and 1, both excluded")
}

pub(crate) fn below_1(value: f64) -> Result<f64, &'static str> {
    within(value, (0.0..1.0).contains(&value), "a number from 0 to below 1")
}

pub(crate) fn above_0(value: f64) -> Result<f64, &'static str> {
    within(value, value > 0.0 && value.is_finite(), "a number above 0")
}

pub(crate) fn at_least_0(value: f64) -> Result<f64, &'static str> {
    within(value, value >= 0.0 && value.is_finite(), "a number of at least 0")
}

fn within(value: f64, holds: bool, expected: &'static str) -> Result<f64, &'static str> {
    if holds { Ok(value) } else { Err(expected) }
}

/// More units than fit in memory: a limit against typing errors, not against large networks.
const LARGEST_LAYER: i64 = 1 << 20;

pub(crate) fn layers(sizes: Vec<i64>) -> Result<Vec<usize>, &'static str> {
    if sizes.is_empty() {
        return Err("at least one hidden layer, for example [256, 128]");
    }
    let size = |size: i64| (1..=LARGEST_LAYER).contains(&size).then_some(size as usize);
    sizes
        .into_iter()
        .map(size)
        .collect::<Option<_>>()
        .ok_or("sizes of at least 1 (and at most 1048576)")
}

pub(crate) fn filters(numbers: Vec<i64>) -> Result<[usize; 2], &'static str> {
    const EXPECTED: &str = "two numbers of at least 1 (and at most 1048576), for example [24, 32]";
    <[usize; 2]>::try_from(layers(numbers).map_err(|_| EXPECTED)?).map_err(|_| EXPECTED)
}

/// A value in the notation of the command line.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Float(number) => number.to_string(),
        Value::Array(values) if values.is_empty() => "[]".to_owned(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
