//! The messages of event files, as far as a run needs them. The fields and their numbers are those
//! of `event.proto`, `summary.proto` and `plugin_data.proto` (hyperparameters) in
//! <https://github.com/tensorflow/tensorboard>.

use prost::{Message, Oneof};

#[derive(Clone, PartialEq, Message)]
pub(super) struct Event {
    /// Seconds since 1970.
    #[prost(double, tag = "1")]
    pub wall_time: f64,
    #[prost(int64, tag = "2")]
    pub step: i64,
    #[prost(oneof = "What", tags = "3, 5")]
    pub what: Option<What>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(super) enum What {
    #[prost(string, tag = "3")]
    FileVersion(String),
    #[prost(message, tag = "5")]
    Summary(Summary),
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Summary {
    #[prost(message, repeated, tag = "1")]
    pub value: Vec<Tagged>,
}

/// A scalar, or the data of a plugin.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Tagged {
    #[prost(string, tag = "1")]
    pub tag: String,
    #[prost(float, optional, tag = "2")]
    pub simple_value: Option<f32>,
    #[prost(message, optional, tag = "9")]
    pub metadata: Option<Metadata>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Metadata {
    #[prost(message, optional, tag = "1")]
    pub plugin_data: Option<PluginData>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct PluginData {
    #[prost(string, tag = "1")]
    pub plugin_name: String,
    /// A message as bytes.
    #[prost(message, optional, tag = "2")]
    pub content: Option<HParams>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct HParams {
    #[prost(message, optional, tag = "3")]
    pub session_start_info: Option<SessionStart>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct SessionStart {
    #[prost(message, repeated, tag = "1")]
    pub hparams: Vec<HParam>,
    /// Seconds since 1970.
    #[prost(double, tag = "5")]
    pub start_time: f64,
}

/// An entry of a map.
#[derive(Clone, PartialEq, Message)]
pub(super) struct HParam {
    #[prost(string, tag = "1")]
    pub key: String,
    #[prost(message, optional, tag = "2")]
    pub value: Option<Value>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Value {
    #[prost(oneof = "Kind", tags = "2, 3, 4")]
    pub kind: Option<Kind>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(super) enum Kind {
    #[prost(double, tag = "2")]
    Number(f64),
    #[prost(string, tag = "3")]
    Text(String),
    #[prost(bool, tag = "4")]
    Bool(bool),
}
