//! Comparing runs: which ones, where they run, and what came of them. No Burn here.
//!
//! 1. [`experiment`] reads `experiments/*.toml`, a comparison each, and [`catalog`] finds them in their folder and order.
//! 2. [`plan`] has the types that everything else speaks of: a [`Study`] of [`Experiment`]s of [`Level`]s of trials.
//! 3. [`folder`] is a study on disk: `study.toml`, and a folder for each run.
//! 4. [`scheduler`] finds the trials that have no result yet and hands them to an [`executor`]; [`local`] is the executor
//!    that starts a process for each. A cluster would be another.
//! 5. [`results`] reads what came of the trials; [`stats`] says how sure one can be of a difference, and [`comparison`] which
//!    levels differ.

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
pub use executor::{Crash, Executor, Observer, Work};
pub use experiment::{ExperimentError, Overrides};
pub use folder::StudyFolder;
pub use local::LocalProcesses;
pub use plan::{Design, Experiment, FactorValue, Level, Study, Trial};
pub use results::{Completed, Results};
