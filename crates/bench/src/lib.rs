//! Measures how fast this workspace is, beside other programs that do the same.
//!
//! 1. [`program`] is what can be measured: something that trains the network that a
//!    [`run::RunConfig`] describes. [`trainer`] is ours; [`peer`] is a Python process, PyTorch or
//!    JAX, that runs one of the scripts in `peers/`.
//! 2. [`suite`] goes round after round through what is asked for, all programs side by side:
//!    [`training`] times epochs, [`studying`] a whole study, [`reading`] a CSV, [`starting`] what
//!    passes before the first step.
//! 3. [`results`] holds the measurements, as CSV too; [`text`] is what they come to, for people.
//!
//! Programs that are compared take turns within a round, for the speed of a machine changes from
//! minute to minute, and what is told is the median over the rounds; of a comparison, the median of
//! the rounds' ratios. This crate does not use Burn.

pub mod data_files;
pub mod peer;
pub mod process;
pub mod program;
pub mod reading;
pub mod results;
pub mod starting;
pub mod studying;
pub mod suite;
pub mod text;
pub mod trainer;
pub mod training;

use std::{io, path::PathBuf};

pub use results::{Measurement, Quantity, Results};
pub use suite::{Observer, Part, Suite};

/// Why nothing could be measured. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// A file cannot be read or written.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// A program cannot be started, or not be waited for.
    #[error("{program}: {reason}")]
    Process {
        /// The program.
        program: String,
        /// What the system says.
        reason: io::Error,
    },
    /// A program did not do what it was asked for.
    #[error("{program}: {reason}")]
    Failed {
        /// The program.
        program: String,
        /// The last that it said.
        reason: String,
    },
    /// There is nothing to compare with.
    #[error(
        "{}: neither PyTorch nor JAX can be had with this Python ({reason}); \
         {} -m pip install -r crates/bench/peers/requirements.txt",
        python.display(),
        python.display()
    )]
    NoPeers {
        /// The Python.
        python: PathBuf,
        /// What the last of them said.
        reason: String,
    },
    /// The workspace's own files are not as expected.
    #[error("{0}")]
    Workspace(String),
    /// Somebody asked for a stop.
    #[error("stopped")]
    Stopped,
}

impl BenchError {
    fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |reason| Self::File { path, reason }
    }

    fn process(program: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let program = program.into();
        move |reason| Self::Process { program, reason }
    }
}
