//! Studies: experiments that compare runs, the execution of these runs, and their results. This
//! crate does not use Burn.
//!
//! 1. [`experiment`] reads an experiment from a file `experiments/*.toml`; [`catalog`] finds and
//!    orders the files.
//! 2. [`plan`] has the types that everything else uses: a [`Study`] consists of [`Experiment`]s, an
//!    experiment of [`Level`]s, and a level of trials, one for each seed. [`name`] has their names.
//! 3. [`folder`] is a study on disk: `study.toml`, and a folder for each run.
//!    [`trial_data`] refuses data that its trials cannot use, or that have changed since they read
//!    them.
//! 4. [`scheduler`] passes the trials without a result to an [`executor`]: [`local`] starts a
//!    process for each. Executors for other systems are crates of their own.
//! 5. [`results`] reads the results of the trials; [`stats`] computes intervals and p values of
//!    differences, and [`comparison`] finds the levels that differ.

pub mod catalog;
pub mod comparison;
pub mod executor;
pub mod experiment;
pub mod folder;
mod labels;
pub mod local;
pub mod name;
pub mod plan;
pub mod results;
pub mod scheduler;
pub mod stats;
pub mod trial_data;

pub use comparison::Comparison;
pub use executor::{Crash, Executor, ExecutorError, Monitor, Work};
pub use experiment::{ExperimentError, Overrides};
pub use folder::StudyFolder;
pub use local::LocalProcesses;
pub use name::{Name, NameError};
pub use plan::{Design, Experiment, FactorValue, Level, Study, Trial};
pub use results::{Completed, Results};
