//! Where trials run: the seam between the scheduler and whatever starts them.

use std::{io, path::PathBuf};

use run::folder::FolderError;

use crate::{StudyFolder, Trial};

/// Runs trials somewhere: as processes on this machine, or on others.
pub trait Executor {
    /// Runs these trials, whose results are missing, and returns when they have ended, when the observer asks to stop, or
    /// when others have taken them over. The first one is expected to take longest. The result of a trial is what
    /// [`StudyFolder::is_done`] finds; a trial may be run twice, but not two at once in the same folder.
    ///
    /// # Errors
    /// Nothing can be run here at all. A trial that fails by itself is a [`Crash`], and stops no other.
    fn execute(
        &self,
        folder: &StudyFolder,
        trials: Vec<Trial>,
        observer: &dyn Observer,
    ) -> Result<Vec<Crash>, ExecutorError>;
}

/// Watches how a study goes, from several threads at once.
pub trait Observer: Sync {
    /// These trials have their results already.
    fn found(&self, trials: &[Trial]);
    /// This trial is running; called again and again while it does.
    fn running(&self, trial: &Trial);
    /// This trial has its result.
    fn finished(&self, trial: &Trial);
    /// This trial ended without a result.
    fn crashed(&self, trial: &Trial);
    /// Whether to start no more trials, and to stop those that run.
    fn is_stopped(&self) -> bool;
}

/// A trial that ended without a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crash {
    /// The trial.
    pub name: String,
    /// What it printed.
    pub log: PathBuf,
}

/// Why nothing can be run. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum ExecutorError {
    /// A file of the study cannot be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A program cannot be started.
    #[error("{}: {reason}", path.display())]
    Program {
        /// The program.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
}
