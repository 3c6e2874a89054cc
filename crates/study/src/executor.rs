//! Where trials run: the interface between the scheduler and an executor, which starts them.

use std::{error::Error, fs, path::PathBuf};

use run::{Job, Start, Workspace, folder::FolderError};

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
/// `--cache DIR`, the trainer keeps parsed data in another folder than the job says.
///
/// [`LocalProcesses`](crate::LocalProcesses) is the shortest example.
pub trait Executor {
    /// Runs these trials, which have no result, and returns the crashed ones. It returns when all
    /// trials have ended, when [`Observer::is_stopped`], or when another system has taken them over
    /// and goes on by itself. The trials are in order of their expected time, the longest first.
    ///
    /// # Errors
    /// No trial can run at all. A trial that fails by itself is a [`Crash`] and stops no other.
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
        let created = fs::create_dir_all(folder.path());
        let created =
            created.map_err(|reason| FolderError { path: folder.path().to_owned(), reason });
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

/// The reason why no trial can run. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum ExecutorError {
    /// A file of the study cannot be read or written, or the trainer cannot be started.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The system to which an executor submits trials does not take them.
    #[error(transparent)]
    System(Box<dyn Error + Send + Sync>),
}
