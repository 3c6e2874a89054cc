//! What a training run is: its settings and its files. The trainer, which writes a run, the study
//! and the report, which read it, and `xtask`, which starts them, share this crate. It does not use
//! Burn.
//!
//! 1. [`settings`] defines every setting in one place, and holds what was given in a TOML file,
//!    on the command line, or in both: anything may be missing or wrong. Settings that are a choice
//!    have their types in [`backend`], [`optimizer`], [`schedule`] and [`keep`]; [`check`] has the
//!    checks of single values.
//! 2. [`config`] is what settings resolve to: always complete and valid. [`learning_rates`] follow
//!    from it.
//! 3. [`run`] is a run read from its folder: its config, its [`provenance`], its summary.
//! 4. [`metric`] names the metrics; [`history`] is `history.csv`, one row per epoch;
//!    [`summary`] is `summary.json`, how the run ended. [`predictions`] is
//!    `predictions.csv`: the prediction for each test image.
//! 5. [`folder`] is the folder on disk that holds all of it.
//! 6. [`flags`] is the command line of `train`, and [`job`] what follows from it: a config and a
//!    folder, for the trainer to read.
//! 7. [`trained`] finds the network of such a run, [`request`] asks it for predictions.
//! 8. [`tensorboard`] writes the history for TensorBoard to read.

pub mod backend;
pub mod check;
pub mod config;
mod define;
pub mod flags;
pub mod folder;
pub mod history;
pub mod job;
pub mod keep;
pub mod learning_rates;
pub mod metric;
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

pub use backend::Backend;
pub use config::RunConfig;
pub use define::Setting;
pub use flags::{ImageFlags, TrainFlags};
pub use folder::RunFolder;
pub use history::{Epoch, History};
pub use job::{Job, JobError, Start, Workspace};
pub use keep::Keep;
pub use learning_rates::LearningRates;
pub use metric::{Measures, Metric};
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
