//! Where trials run: the seam between the scheduler and whatever starts them.

use std::{fs, io, path::PathBuf};

use host::FileError;
use run::{Job, Start, Workspace};

use crate::{StudyFolder, Trial, folder::FrozenTrainer, slurm::cluster::SlurmError};

/// Runs trials somewhere: as processes on this machine, or on others.
pub trait Executor {
    /// Runs these trials, whose results are missing, and returns when they have ended, when the
    /// observer asks to stop, or when others have taken them over, who go on by themselves. The
    /// first one is expected to take longest.
    ///
    /// To run a trial is to start the trainer of this work with the file that [`Work::job`] writes,
    /// in the folder in which this program is, and to send what it prints to [`Work::log`]. What
    /// came of it is what [`StudyFolder::is_done`] finds, not how the trainer ended. A trial may be
    /// run twice, also at once: the trainer does only what is missing of it.
    ///
    /// # Errors
    /// Nothing can be run here at all. A trial that fails by itself is a [`Crash`], and stops no
    /// other.
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
    /// Writes the file with which the trainer runs this trial, or what is missing of it, and gives
    /// its path.
    ///
    /// # Errors
    /// The folder of the trial cannot be written to.
    pub fn job(&self, trial: &Trial) -> Result<PathBuf, Crash> {
        let folder = self.folder.run(&trial.name);
        let file = folder.path().join("job.toml");
        let (config, workspace) = (trial.config.clone(), self.workspace.clone());
        let created = fs::create_dir_all(folder.path()).map_err(FileError::at(folder.path()));
        let written = created
            .and_then(|()| Job { config, folder, start: Start::Missing, workspace }.write(&file));
        written.map(|()| file).map_err(|error| {
            let log = self.log(trial);
            // Where not even this can be written, the path of the log says enough.
            let _ = fs::write(&log, format!("error: {error}\n"));
            Crash { name: trial.name.clone(), reason: String::new(), log }
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
    /// Something that somebody should know, in a line or several.
    fn tell(&self, text: &str);
    /// Whether to start no more trials, and to stop those that run.
    fn is_stopped(&self) -> bool;
}

/// A trial that ended without a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crash {
    /// The trial.
    pub name: String,
    /// What is known of it besides what it printed, in words.
    pub reason: String,
    /// What it printed.
    pub log: PathBuf,
}

/// Why nothing can be run. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum ExecutorError {
    /// A file of the study cannot be read or written.
    #[error(transparent)]
    Folder(#[from] FileError),
    /// Slurm cannot be asked.
    #[error(transparent)]
    Slurm(#[from] SlurmError),
    /// A program cannot be started.
    #[error("{}: {reason}", path.display())]
    Program {
        /// The program.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
}
