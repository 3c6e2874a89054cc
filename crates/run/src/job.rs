//! A job of the trainer: a configuration, a run folder and a starting point. The flags of `train`
//! or a study describe it; a file passes it to the trainer.

mod error;

pub use error::JobError;

use std::path::{Path, PathBuf};

use host::{FileError, write_whole};
use serde::{Deserialize, Serialize};

use crate::{
    Outcome, Run, RunConfig, RunFolder, Schedule, Settings, SettingsError, Summary, TrainFlags,
    settings::read_toml,
};

/// The default folder of runs.
pub const RUNS: &str = "runs";

/// A job of the trainer.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The configuration of the run.
    pub config: RunConfig,
    /// The folder of the run.
    pub folder: RunFolder,
    /// The starting point of the run.
    pub start: Start,
    /// The workspace from which the trainer was built.
    pub workspace: Workspace,
}

/// The starting point of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// The beginning, in a folder without a run.
    New,
    /// The last checkpoint in the folder, which holds a run.
    Resume,
    /// The state of the run in the folder: the beginning, the last checkpoint, or nothing left to
    /// do. Such a job may run several times, even at the same time.
    Missing,
}

/// The workspace from which the trainer was built, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// Git revision of the sources, with `-dirty` if they were changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The cache of parsed images.
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

impl Job {
    /// Refuses a folder whose run has other settings than this job.
    ///
    /// # Errors
    /// A setting differs, or `run.toml` cannot be read.
    pub fn refuse_other_run(&self) -> Result<(), JobError> {
        unchanged(&self.config, &Run::record(self.folder.clone())?.config)
    }

    /// Reads a job from a file that [`write`](Self::write) wrote.
    ///
    /// # Errors
    /// The file cannot be read, or describes no valid run.
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

    /// Checks the flags, reads the files that they name, and finds the folder. A new run on a CPU
    /// computes on this many threads, unless a flag or a file says otherwise. It creates the
    /// folder of a new run, so that an unwritable folder is reported before any build;
    /// [`RunFolder::discard_unused`] removes it.
    ///
    /// # Errors
    /// The first invalid flag, file or folder.
    pub fn from_flags(flags: TrainFlags, threads: usize) -> Result<Self, JobError> {
        flags.settings.check().map_err(SettingsError::OnCommandLine)?;
        if flags.resume {
            Self::resume(flags.settings, flags.out)
        } else {
            Self::start(flags, threads)
        }
    }

    fn start(flags: TrainFlags, threads: usize) -> Result<Self, JobError> {
        let base = flags.config.as_deref().map(complete).transpose()?.unwrap_or_default();
        let settings = with_threads(with_test_data(flags.settings.over(base)), threads);
        let config = settings.resolve().map_err(SettingsError::OnCommandLine)?;
        let folder = match flags.out {
            Some(path) => {
                let folder = RunFolder::at(path);
                if folder.holds_run() {
                    return Err(JobError::Taken(folder.path().to_owned()));
                }
                folder.refuse_foreign()?;
                RunFolder::create(folder.path())?
            }
            None => RunFolder::next_in(Path::new(RUNS))?,
        };
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
        let in_file = |invalid| SettingsError::InFile { path: folder.run_toml(), invalid };
        let invalid = SettingsError::OnCommandLine;
        let has = stored.clone().resolve().map_err(in_file)?;
        let wants = asked.spelled_as(&has).or(stored.clone()).resolve().map_err(invalid)?;
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

/// Refuses to resume a finished run without further epochs.
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

/// The settings, with the test data that belong to their data, if they have no other.
pub fn with_test_data(settings: Settings) -> Settings {
    let found = settings.data.as_deref().and_then(data::test_data_of);
    Settings { test_data: settings.test_data.or(found), ..settings }
}

/// The settings, with this default number of threads on a CPU.
fn with_threads(mut settings: Settings, threads: usize) -> Settings {
    let mut defaults = settings.defaults.take().unwrap_or_default();
    if !settings.backend.or(defaults.backend).unwrap_or_default().is_gpu() {
        defaults.threads.get_or_insert(threads as i64);
    }
    Settings { defaults: Some(defaults), ..settings }
}

/// The settings of a file, which must be valid without any flag.
fn complete(path: &Path) -> Result<Settings, SettingsError> {
    let settings = Settings::read(path)?;
    let invalid = |invalid| SettingsError::InFile { path: path.to_owned(), invalid };
    settings.clone().resolve().map_err(invalid)?;
    Ok(settings)
}

/// Refuses changed settings of a resumed run.
fn unchanged(asked: &RunConfig, has: &RunConfig) -> Result<(), JobError> {
    match asked.differences(has).into_iter().next() {
        Some((field, asked, has)) => Err(JobError::Changed { field, asked, has }),
        None => Ok(()),
    }
}
