//! What the trainer is to do: a valid config, a folder, and where the run in it starts. It comes
//! from the flags of `train` or from a study, and reaches the trainer as a file.

use std::path::{Path, PathBuf};

use host::{FileError, write_whole};
use serde::{Deserialize, Serialize};

use crate::{
    Outcome, Run, RunConfig, RunError, RunFolder, Schedule, Settings, SettingsError, Summary,
    TrainFlags, check::ValueError, settings::read_toml,
};

/// The folder of runs for which no other was given.
pub const RUNS: &str = "runs";

/// What a trainer is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The run.
    pub config: RunConfig,
    /// Where it is kept.
    pub folder: RunFolder,
    /// Where it starts.
    pub start: Start,
    /// Where the trainer comes from.
    pub workspace: Workspace,
}

/// Where a run starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// At the beginning, in a folder that holds no run.
    New,
    /// After the last checkpoint in the folder, which holds a run.
    Resume,
    /// Wherever the run in the folder stopped: at the beginning, after its last checkpoint, or, if
    /// it has ended, nowhere. Such a job may be run again at any time, also while it is running.
    Missing,
}

/// What a trainer has to know about the workspace from which it was built; nothing if that is
/// unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// Git revision of the sources, with `-dirty` if they were changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The folder in which parsed data is kept between runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<PathBuf>,
}

/// A job as a TOML file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File<S> {
    folder: PathBuf,
    start: Start,
    #[serde(default)]
    workspace: Workspace,
    settings: S,
}

/// A job that cannot be carried out. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Impossible settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The folder cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The run in the folder cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The folder is taken.
    #[error("{}: this folder holds a run; continue it with --resume, or choose another \
        --out", .0.display())]
    Taken(PathBuf),
    /// There is nothing to resume.
    #[error("{}: no run to resume here", .0.display())]
    NothingToResume(PathBuf),
    /// The run to resume is done.
    #[error(
        "{}: all {epochs} epochs of this run are done; give --epochs with a larger number to train \
         it further",
        path.display()
    )]
    Done {
        /// The folder.
        path: PathBuf,
        /// Its epochs.
        epochs: usize,
    },
    /// The run to resume has stopped by itself.
    #[error(
        "{}: this run stopped early, after epoch {epochs}: its validation accuracy had not risen \
         for {patience} epochs",
        path.display()
    )]
    StoppedEarly {
        /// The folder.
        path: PathBuf,
        /// Its epochs.
        epochs: usize,
        /// How many of them it waited for a gain.
        patience: usize,
    },
    /// The learning rates of the run to resume follow from its length.
    #[error(
        "epochs = {asked}; the run to resume has {has}, after which its learning rate is 0 \
         (schedule = cosine): a run of \
         another length has to be trained anew"
    )]
    Length {
        /// The epochs requested.
        asked: usize,
        /// The epochs it has.
        has: usize,
    },
    /// The run to resume has more epochs than requested.
    #[error("{}: epochs = {asked}; this run has reached epoch {epoch}: give --epochs {epoch} or \
        more", path.display())]
    Passed {
        /// The folder.
        path: PathBuf,
        /// The epochs requested.
        asked: usize,
        /// The last epoch that was begun.
        epoch: usize,
    },
    /// The data of the run to resume have changed.
    #[error(
        "{}: this run was started with other data: the SHA-256 of {} is {found}, expected \
         {expected}",
        folder.display(),
        data.display()
    )]
    OtherData {
        /// The folder.
        folder: PathBuf,
        /// The file.
        data: PathBuf,
        /// The checksum of what it holds now.
        found: String,
        /// The checksum of what it held.
        expected: String,
    },
    /// A resumed run would become another.
    #[error(
        "{field} = {asked}; the run to resume has {has}: only --epochs can change in a resumed run"
    )]
    Changed {
        /// The field.
        field: String,
        /// The value requested.
        asked: String,
        /// The value of the run.
        has: String,
    },
}

impl Job {
    /// Makes sure that the run in the folder is the one that this job asks for.
    ///
    /// # Errors
    /// It is another, or its `run.toml` cannot be read.
    pub fn refuse_other_run(&self) -> Result<(), JobError> {
        unchanged(&self.config, &Run::read(self.folder.clone())?.config)
    }

    /// Reads a job from a file that [`write`](Self::write) wrote.
    ///
    /// # Errors
    /// The file cannot be read, or describes no possible run.
    pub fn read(path: &Path) -> Result<Self, JobError> {
        let file: File<Settings> = read_toml(path)?;
        let config = file.settings.resolve();
        let config =
            config.map_err(|invalid| SettingsError::InFile { path: path.to_owned(), invalid })?;
        Ok(Self {
            config,
            folder: RunFolder::at(file.folder),
            start: file.start,
            workspace: file.workspace,
        })
    }

    /// Writes the job to a file.
    ///
    /// # Errors
    /// The file cannot be written, or a path is not valid Unicode.
    pub fn write(&self, path: &Path) -> Result<(), FileError> {
        let file = File {
            folder: self.folder.path().to_owned(),
            start: self.start,
            workspace: self.workspace.clone(),
            settings: &self.config,
        };
        let text = toml::to_string(&file).map_err(|error| FileError::refused(path, error))?;
        write_whole(path, text.as_bytes())
    }

    /// Checks the flags, reads the files that they name, and finds the folder. The folder of a new
    /// run is created, so that an error is reported before anything is built if it cannot be
    /// written to; [`RunFolder::discard_unused`] removes it.
    ///
    /// # Errors
    /// The first thing that is impossible.
    pub fn from_flags(flags: TrainFlags) -> Result<Self, JobError> {
        flags.settings.check().map_err(SettingsError::OnCommandLine)?;
        if flags.resume { Self::resume(flags.settings, flags.out) } else { Self::start(flags) }
    }

    fn start(flags: TrainFlags) -> Result<Self, JobError> {
        let base = flags.config.as_deref().map(complete).transpose()?.unwrap_or_default();
        let config = flags.settings.over(base).resolve().map_err(SettingsError::OnCommandLine)?;
        let folder = match flags.out {
            Some(path) => RunFolder::at(path),
            None => RunFolder::next_in(Path::new(RUNS))?,
        };
        if folder.holds_run() {
            return Err(JobError::Taken(folder.path().to_owned()));
        }
        folder.refuse_foreign()?;
        drop(folder.lock()?);
        Ok(Self { config, folder, start: Start::New, workspace: Workspace::default() })
    }

    fn resume(asked: Settings, out: Option<PathBuf>) -> Result<Self, JobError> {
        let folder = match out {
            Some(path) => RunFolder::at(path),
            None => RunFolder::latest_in(Path::new(RUNS)).unwrap_or_else(|| RunFolder::at(RUNS)),
        };
        if !folder.holds_run() {
            return Err(JobError::NothingToResume(folder.path().to_owned()));
        }
        let stored = Settings::read(&folder.run_toml())?;
        let epochs = asked.epochs.or(stored.epochs);
        let asked = Settings { epochs: stored.epochs, ..asked };
        let invalid =
            |invalid: ValueError| JobError::Settings(SettingsError::OnCommandLine(invalid));
        let (has, wants) = (
            stored.clone().resolve().map_err(invalid)?,
            asked.over(stored.clone()).resolve().map_err(invalid)?,
        );
        unchanged(&wants, &has)?;
        let config = Settings { epochs, ..stored }.resolve().map_err(invalid)?;
        if config.schedule == Schedule::Cosine && config.epochs != has.epochs {
            return Err(JobError::Length { asked: config.epochs, has: has.epochs });
        }
        if let Some(summary) =
            folder.read_summary()?.filter(|summary| summary.outcome == Outcome::Finished)
        {
            not_over(&summary, &config, &has, folder.path())?;
        }
        Ok(Self { config, folder, start: Start::Resume, workspace: Workspace::default() })
    }
}

/// A finished run can be resumed only if there are more epochs to train.
fn not_over(
    finished: &Summary,
    asked: &RunConfig,
    has: &RunConfig,
    path: &Path,
) -> Result<(), JobError> {
    let (path, epochs) = (path.to_owned(), finished.epochs);
    match has.patience {
        Some(patience) if epochs < has.epochs => {
            Err(JobError::StoppedEarly { path, epochs, patience })
        }
        _ if epochs >= asked.epochs => Err(JobError::Done { path, epochs }),
        _ => Ok(()),
    }
}

/// The settings of a file that describes a run by itself.
fn complete(path: &Path) -> Result<Settings, SettingsError> {
    let settings = Settings::read(path)?;
    let invalid = |invalid| SettingsError::InFile { path: path.to_owned(), invalid };
    settings.clone().resolve().map_err(invalid)?;
    Ok(settings)
}

/// A resumed run must be the run that was started.
fn unchanged(asked: &RunConfig, has: &RunConfig) -> Result<(), JobError> {
    match asked.differences(has).into_iter().next() {
        Some((field, asked, has)) => Err(JobError::Changed { field, asked, has }),
        None => Ok(()),
    }
}
