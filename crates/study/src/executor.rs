//! Executors: the interface between the scheduler and an executor, which starts the trials.

use std::{error::Error, fs, path::PathBuf};

use host::{FileError, write_whole};
use run::{Job, Start, Workspace};

use crate::{StudyFolder, Trial, folder::FrozenTrainer};

/// Runs trials somewhere: as processes on this machine, or on other machines.
///
/// For each trial, an executor
///
/// 1. writes the job with [`Work::job`]; if that fails, the trial has crashed;
/// 2. starts `TRAINER --stop-at-end-of-input JOB`, where [`Work::trainer`] is the program, in the
///    working directory of this process, since the paths in the job may be relative;
/// 3. sends standard output and standard error of the trainer to [`Work::log`];
/// 4. closes the trainer's standard input to stop it: the trainer saves after the current step;
/// 5. decides with [`StudyFolder::is_done`] whether the trial has a result. The exit code of the
///    trainer does not count: a run that diverges fails, and has a result.
///
/// A trial may run twice, even at the same time: the trainer does only what is missing. With
/// `--cache DIR`, the trainer uses another cache of parsed images than that of the job.
///
/// [`LocalProcesses`](crate::LocalProcesses) is the shortest example.
pub trait Executor {
    /// Runs these trials, which have no result, and returns the crashed ones. It returns when all
    /// trials have ended, when the monitor is stopped, or when another system has taken the trials
    /// over and goes on by itself. The trials are in order of their seeds; of a seed, the longest
    /// first.
    ///
    /// # Errors
    /// No trial can run at all. A trial that fails by itself is a [`Crash`] and stops no other.
    fn execute(
        &self,
        work: &Work<'_>,
        trials: Vec<Trial>,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Crash>, ExecutorError>;
}

/// What all trials of a study have in common.
#[derive(Debug)]
pub struct Work<'a> {
    /// The folder of the study.
    pub folder: &'a StudyFolder,
    /// The program that trains all of them.
    pub trainer: FrozenTrainer,
    /// The workspace from which the trainer was built.
    pub workspace: Workspace,
}

impl Work<'_> {
    /// Writes the job of this trial, with which the trainer does what is missing, and returns its
    /// path.
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
            // If this fails too, the crash still names the path of the log.
            let _ = write_whole(&self.log(trial), format!("error: {error}\n").as_bytes());
            self.crash(trial, String::new())
        })
    }

    /// The log of this trial: the file for the output of the trainer.
    pub fn log(&self, trial: &Trial) -> PathBuf {
        self.folder.run(&trial.name).path().join("log.txt")
    }

    /// The crash of this trial; the reason may be empty.
    pub fn crash(&self, trial: &Trial, reason: String) -> Crash {
        Crash { name: trial.name.clone(), reason, log: self.log(trial) }
    }
}

/// Follows the trials of a study, from several threads at once, and may stop them.
pub trait Monitor: Sync {
    /// These trials had their results before.
    fn found(&self, _trials: &[Trial]) {}
    /// This trial is running; called repeatedly.
    fn running(&self, _trial: &Trial) {}
    /// This trial has its result.
    fn finished(&self, _trial: &Trial) {}
    /// This trial ended without a result.
    fn crashed(&self, _trial: &Trial) {}
    /// A message for the user, of one or more lines.
    fn message(&self, _text: &str) {}
    /// Whether to start no more trials, and to stop those that run.
    fn is_stopped(&self) -> bool;
}

/// A trial that ended without a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crash {
    /// The name of the trial.
    pub name: String,
    /// The reason, as far as it is known without the log; may be empty.
    pub reason: String,
    /// The file with the output of the trainer.
    pub log: PathBuf,
}

/// The reason why no trial can run. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum ExecutorError {
    /// A file of the study cannot be read or written, or the trainer cannot be started.
    #[error(transparent)]
    Folder(#[from] FileError),
    /// The system to which an executor submits trials does not take them.
    #[error(transparent)]
    System(Box<dyn Error + Send + Sync>),
}
