//! Comparisons of runs: which runs, where they run, and their results. This crate does not use
//! Burn.
//!
//! 1. [`experiment`] reads the files `experiments/*.toml`, each of which is a comparison;
//!    [`catalog`] finds and orders them.
//! 2. [`plan`] has the types that everything else uses: a [`Study`] consists of [`Experiment`]s, an
//!    experiment of [`Level`]s, and a level of trials, one for each seed.
//! 3. [`folder`] is a study on disk: `study.toml`, and a folder for each run.
//! 4. [`scheduler`] finds the trials that have no result yet and hands them to an [`executor`]:
//!    [`local`] starts a process for each. Executors for other systems are crates of their own.
//! 5. [`results`] reads the results of the trials; [`stats`] says how certain a difference is, and
//!    [`comparison`] which levels differ.

pub mod catalog;
pub mod comparison;
pub mod executor;
pub mod experiment;
pub mod folder;
pub mod local;
pub mod plan;
pub mod results;
pub mod scheduler;
pub mod stats;

pub use comparison::Comparison;
pub use executor::{Crash, Executor, ExecutorError, Observer, Work};
pub use experiment::{ExperimentError, Overrides};
pub use folder::StudyFolder;
pub use local::LocalProcesses;
pub use plan::{Design, Experiment, FactorValue, Level, Study, Trial};
pub use results::{Completed, Results};
