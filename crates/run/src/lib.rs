//! What a training run is, for everyone who has to know without training one: the trainer that makes it, the report
//! that reads it, and the `xtask` that starts both. No Burn here.
//!
//! 1. [`settings`] defines every setting, once, and is what somebody asked for: a TOML file, the command line, or both.
//!    Anything may be missing or wrong. Those that are a choice have their types in [`backend`], [`optimizer`], [`schedule`]
//!    and [`keep`].
//! 2. [`config`] is what that resolves to: complete and valid, or there is none.
//! 3. [`record`] is `run.toml`: the config, and the circumstances of the run.
//! 4. [`metric`] names what is measured; [`history`] is `history.csv`, a row an epoch; [`summary`] is `summary.json`, how it
//!    ended. [`predictions`] is `predictions.csv`: what the trained network made of each test image.
//! 5. [`folder`] is the folder on disk that holds all of it, and writes each file whole or not at all.
//! 6. [`flags`] is the command line of `train`, and [`job`] what it comes to: a config and a folder, for the trainer to read.
//! 7. [`signals`] hears who asks a program to stop. [`text`] writes numbers as people read them; [`outln`] and [`errln`] print what nobody need read.

pub mod backend;
pub mod config;
mod define;
pub mod flags;
pub mod folder;
pub mod history;
pub mod job;
pub mod keep;
pub mod metric;
pub mod optimizer;
pub mod predictions;
mod print;
pub mod record;
pub mod schedule;
pub mod settings;
pub mod signals;
pub mod summary;
pub mod text;

pub use backend::Backend;
pub use config::RunConfig;
pub use define::{Setting, setting};
pub use flags::TrainFlags;
pub use folder::RunFolder;
pub use history::{Epoch, History};
pub use job::{Job, JobError, Workspace};
pub use keep::Keep;
pub use metric::{Measures, Metric};
pub use optimizer::Optimizer;
pub use predictions::{Mistake, Prediction};
pub use record::{Provenance, RunRecord};
pub use schedule::{LearningRates, Schedule};
pub use settings::{Settings, SettingsError};
pub use summary::{Outcome, Summary};
