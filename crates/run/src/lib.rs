//! A training run: its settings and its files. The trainer writes runs, the study and the report
//! read them, and `xtask` starts all three. This crate does not use Burn.
//!
//! 1. [`settings`] defines every setting in one place, and reads settings from TOML files and the
//!    command line: values may be missing or invalid. [`backend`], [`network`], [`augment`],
//!    [`optimizer`], [`schedule`] and [`keep`] are the choices; [`check`] checks single values.
//! 2. [`config`] is the resolved configuration, complete and valid; [`defaults`] has the defaults
//!    that depend on other settings. [`learning_rates`] follow from
//!    it.
//! 3. [`images`] reads and splits the images that a configuration names.
//! 4. [`run`] is a run read from its folder: configuration, [`provenance`] and summary.
//! 5. [`metric`] names the metrics; [`history`] is `history.csv`, one row per epoch;
//!    [`summary`] is `summary.json`, the outcome; [`predictions`] is `predictions.csv`, the
//!    prediction for each test image.
//! 6. [`folder`] is the folder of a run on disk.
//! 7. [`flags`] are the flags of `train`; [`job`] is the resulting job for the trainer, a
//!    configuration and a folder.
//! 8. [`trained`] finds a trained network; [`request`] is a request for its predictions.
//! 9. [`tensorboard`] writes the history as an event file for TensorBoard.

pub mod augment;
pub mod backend;
pub mod check;
mod class_record;
mod class_weights;
pub mod config;
pub mod defaults;
mod define;
pub mod flags;
pub mod folder;
pub mod history;
pub mod images;
pub mod job;
pub mod keep;
pub mod learning_rates;
pub mod metric;
pub mod network;
pub mod optimizer;
pub mod predictions;
pub mod provenance;
pub mod request;
pub mod run;
pub mod schedule;
pub mod settings;
pub mod summary;
pub mod tensorboard;
pub mod trained;

pub use augment::Augment;
pub use backend::Backend;
pub use class_weights::ClassWeights;
pub use config::RunConfig;
pub use define::Setting;
pub use flags::{ImageFlags, TrainFlags};
pub use folder::RunFolder;
pub use history::{Epoch, History};
pub use job::{Job, JobError, Start, Workspace};
pub use keep::Keep;
pub use learning_rates::LearningRates;
pub use metric::{Measures, Metric};
pub use network::NetworkKind;
pub use optimizer::Optimizer;
pub use predictions::{LabelledPrediction, Mistake, Prediction};
pub use provenance::Provenance;
pub use request::{PredictionRequest, Rows};
pub use run::{Run, RunError};
pub use schedule::Schedule;
pub use settings::{Settings, SettingsError, setting};
pub use summary::{Outcome, Summary};
pub use tensorboard::EventFile;
pub use trained::{Trained, TrainedError};
