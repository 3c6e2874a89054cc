//! Writes out, from the table in [`settings`](crate::settings), what each setting needs: its field,
//! flag, default, check, label and unit.

use std::num::NonZeroU8;

use data::ImageSize;
use serde::Serialize;
use toml::{Table, Value};

use crate::{RunConfig, Settings, config::Invalid};

/// What is known about a setting besides its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its key in a TOML file.
    pub name: &'static str,
    /// What reports call it.
    pub label: &'static str,
    /// What its values count; empty for plain numbers and choices.
    pub unit: &'static str,
    /// What it does, as the help of the command line says it.
    pub help: &'static str,
}

impl Setting {
    /// Its label with its unit, as an axis has it: `batch size (samples)`.
    pub fn axis_label(&self) -> String {
        if self.unit.is_empty() {
            self.label.to_owned()
        } else {
            format!("{} ({})", self.label, self.unit)
        }
    }
}

/// Makes of a table with a row for each setting
///
/// ```text
/// /// Help
/// name: type as given => type as resolved = default and check,
///     flag("flag", "VALUE", clap's other attributes), label("label", "unit");
/// ```
///
/// the struct [`Settings`] (anything may be missing or wrong), the struct
/// [`Values`](crate::config::Values) (complete and valid), the way from one to the other, and
/// [`SETTINGS`](crate::settings::SETTINGS).
macro_rules! define_settings {
    ($(
        $(#[doc = $help:literal])+
        $name:ident: $given:ty => $value:ty = $resolve:expr,
            flag($flag:literal, $shown:literal $(, $($clap:tt)+)?), label($label:literal, $unit:literal);
    )*) => {
        /// The settings of a run, as far as somebody gave them. Numbers may be out of range:
        /// [`Settings::resolve`] checks them.
        ///
        /// The names of the fields are the keys of a TOML file; the command line calls
        /// `learning_rate` `--lr`.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, clap::Args)]
        #[serde(deny_unknown_fields)]
        pub struct Settings {
            $(
                $(#[doc = $help])+
                #[arg(
                    long = $flag, value_name = $shown, allow_negative_numbers = true,
                    help = $crate::define::help(stringify!($name)) $(, $($clap)+)?
                )]
                pub $name: Option<$given>,
            )*
            /// What a `run.toml` records about its run besides the settings. Nothing here changes a
            /// run.
            #[arg(skip)]
            #[serde(skip_serializing)]
            pub provenance: Option<Provenance>,
        }

        /// The values of a [`RunConfig`], in the order in which `run.toml` lists them.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        #[non_exhaustive]
        pub struct Values {
            $( $(#[doc = $help])+ pub $name: $value, )*
        }

        /// Every setting, in the order of `run.toml`.
        pub static SETTINGS: &[Setting] = &[
            $( Setting {
                name: stringify!($name), label: $label, unit: $unit, help: concat!($($help),+),
            }, )*
        ];

        impl Settings {
            /// Each setting of this, or where there is none, that of `base`.
            fn or(self, base: Self) -> Self {
                Self { $( $name: self.$name.or(base.$name), )* provenance: None }
            }

            /// Fills in the defaults and checks each value.
            fn values(self) -> Result<Values, Invalid> {
                Ok(Values {
                    $( $name: $resolve(self.$name).map_err(|refused| refused.of(stringify!($name)))?, )*
                })
            }
        }
    };
}
pub(crate) use define_settings;

/// A value that a check refused: what was given, and what would be right.
pub(crate) struct Refused {
    value: String,
    expected: &'static str,
}

impl Refused {
    pub(crate) fn of(self, field: &'static str) -> Invalid {
        Invalid { field, value: self.value, expected: self.expected.to_owned() }
    }
}

/// A check: the value as it is used, or what would be right instead.
pub(crate) type Check<G, V> = fn(G) -> Result<V, &'static str>;

/// A setting that has this default.
pub(crate) fn or<G: Serialize + Clone, V>(
    default: G,
    check: Check<G, V>,
) -> impl FnOnce(Option<G>) -> Result<V, Refused> {
    move |given| checked(given.unwrap_or(default), check)
}

/// A setting that may stay unset.
pub(crate) fn optional<G: Serialize + Clone, V>(
    check: Check<G, V>,
) -> impl FnOnce(Option<G>) -> Result<Option<V>, Refused> {
    move |given| given.map(|given| checked(given, check)).transpose()
}

fn checked<G: Serialize + Clone, V>(given: G, check: Check<G, V>) -> Result<V, Refused> {
    check(given.clone()).map_err(|expected| {
        let value = Value::try_from(given).map_or_else(|_| String::new(), |value| plain(&value));
        Refused { value, expected }
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

pub(crate) fn at_least_1(value: i64) -> Result<usize, &'static str> {
    usize::try_from(value).ok().filter(|value| *value > 0).ok_or("a whole number of at least 1")
}

pub(crate) fn seed(value: i64) -> Result<u64, &'static str> {
    u64::try_from(value).map_err(|_| "a whole number of at least 0")
}

/// More threads than any processor has; stops a slip of the finger.
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

/// More units than fit in the memory of any machine that this is for; stops a slip of the finger,
/// not a big network.
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

/// The help of a setting, its default included.
pub(crate) fn help(name: &str) -> String {
    let help = setting(name).map_or("", |setting| setting.help.trim());
    let default = Settings::default().resolve().ok().and_then(|config| config.value(name));
    match default {
        Some(default) if !help.contains("[default") => {
            format!("{help} [default: {}]", plain(&default))
        }
        _ => help.to_owned(),
    }
}

/// What is known about the setting of this name.
pub fn setting(name: &str) -> Option<&'static Setting> {
    crate::settings::SETTINGS.iter().find(|setting| setting.name == name)
}

impl RunConfig {
    /// The value of the setting of this name; none if it is unset, or there is no such setting.
    pub fn value(&self, name: &str) -> Option<Value> {
        Table::try_from(self).ok()?.remove(name)
    }
}

/// A value as the command line takes it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Float(number) => number.to_string(),
        Value::Array(values) if values.is_empty() => "[]".to_owned(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
