//! Where trials run: the seam between the scheduler and whatever starts them.

use std::{fs, io, path::PathBuf};

use run::{Job, Workspace, folder::FolderError};

use crate::{StudyFolder, Trial, folder::FrozenTrainer};

/// Runs trials somewhere: as processes on this machine, or on others.
pub trait Executor {
    /// Runs these trials, whose results are missing, and returns when they have ended, when the observer asks to stop, or
    /// when others have taken them over. The first one is expected to take longest.
    ///
    /// To run a trial is to start the trainer of this work with the file that [`Work::job`] writes, in the folder in which
    /// this program is, and to send what it prints to [`Work::log`]. What came of it is what [`StudyFolder::is_done`] finds,
    /// not how the trainer ended. A trial may be run twice, but not two at once in the same folder.
    ///
    /// # Errors
    /// Nothing can be run here at all. A trial that fails by itself is a [`Crash`], and stops no other.
    fn execute(
        &self,
        work: &Work<'_>,
        trials: Vec<Trial>,
        observer: &dyn Observer,
    ) -> Result<Vec<Crash>, ExecutorError>;
}

/// What executors have to know of a study.
#[derive(Debug)]
pub struct Work<'a> {
    /// Where its runs are.
    pub folder: &'a StudyFolder,
    /// What trains them: one program for all.
    pub trainer: FrozenTrainer,
    /// The workspace from which that was built.
    pub workspace: Workspace,
}

impl Work<'_> {
    /// Writes the file with which the trainer runs this trial, from its last checkpoint if it has one, and gives its path.
    ///
    /// # Errors
    /// The folder holds another run, or cannot be written to.
    pub fn job(&self, trial: &Trial) -> Result<PathBuf, Crash> {
        let run = self.folder.run(&trial.name);
        let file = run.path().join("job.toml");
        let written = Job::continued(trial.config.clone(), run).and_then(|job| {
            let created = fs::create_dir_all(job.folder.path());
            created.map_err(|reason| FolderError { path: job.folder.path().to_owned(), reason })?;
            Ok(Job { workspace: self.workspace.clone(), ..job }.write(&file)?)
        });
        written.map(|()| file).map_err(|error| {
            let log = self.log(trial);
            // Where not even this can be written, the path of the log says enough.
            let _ = fs::write(&log, format!("error: {error}\n"));
            Crash { name: trial.name.clone(), log }
        })
    }

    /// The file for what the trainer prints.
    pub fn log(&self, trial: &Trial) -> PathBuf {
        self.folder.run(&trial.name).path().join("log.txt")
    }
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
