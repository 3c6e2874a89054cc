//! From the flags of `train` to what is to be done: a valid config, a folder, and whether a run goes on there.

use std::path::{Path, PathBuf};

use crate::{RunConfig, RunFolder, Settings, SettingsError, TrainFlags, config::Invalid, folder::FolderError};

/// The folder of runs that were not told where to go.
const RUNS: &str = "runs";

/// What `train` is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The run.
    pub config: RunConfig,
    /// Where it is kept.
    pub folder: RunFolder,
    /// Whether it goes on from the last checkpoint there.
    pub resume: bool,
}

/// Something impossible was asked for. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// Impossible settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The folder is taken.
    #[error("{}: this folder holds a run; go on with it with --resume, or choose another --out", .0.display())]
    Taken(PathBuf),
    /// There is nothing to resume.
    #[error("{}: no run to resume here", .0.display())]
    NothingToResume(PathBuf),
    /// The run to resume is done.
    #[error(
        "{}: all {epochs} epochs of this run are done; give --epochs with a larger number to train it further",
        path.display()
    )]
    Done {
        /// The folder.
        path: PathBuf,
        /// Its epochs.
        epochs: usize,
    },
    /// A resumed run is asked to become another.
    #[error("{field} = {asked}; the run to resume has {has}: only --epochs can change in a resumed run")]
    Changed {
        /// The field.
        field: String,
        /// What was asked for.
        asked: String,
        /// What the run has.
        has: String,
    },
}

impl Request {
    /// Checks the flags, reads the files that they name, and finds the folder. Nothing is written, but for the next
    /// numbered folder where none is named.
    ///
    /// # Errors
    /// The first thing that is impossible.
    pub fn from_flags(flags: TrainFlags) -> Result<Self, RequestError> {
        flags.settings.clone().resolve().map_err(SettingsError::OnCommandLine)?;
        if flags.resume { Self::resume(flags.settings, flags.out) } else { Self::start(flags) }
    }

    fn start(flags: TrainFlags) -> Result<Self, RequestError> {
        let base = flags.config.as_deref().map(Settings::read).transpose()?.unwrap_or_default();
        let config = flags.settings.over(base).resolve().map_err(SettingsError::OnCommandLine)?;
        let folder = match flags.out {
            Some(path) => RunFolder::at(path),
            None => RunFolder::next_in(Path::new(RUNS))?,
        };
        if folder.holds_run() {
            return Err(RequestError::Taken(folder.path().to_owned()));
        }
        Ok(Self { config, folder, resume: false })
    }

    fn resume(asked: Settings, out: Option<PathBuf>) -> Result<Self, RequestError> {
        let folder = match out {
            Some(path) => RunFolder::at(path),
            None => RunFolder::latest_in(Path::new(RUNS)).unwrap_or_else(|| RunFolder::at(RUNS)),
        };
        if !folder.holds_run() {
            return Err(RequestError::NothingToResume(folder.path().to_owned()));
        }
        let stored = Settings::read(&folder.run_toml())?;
        let epochs = asked.epochs.or(stored.epochs);
        let asked = Settings { epochs: stored.epochs, ..asked };
        let invalid = |invalid: Invalid| RequestError::Settings(SettingsError::OnCommandLine(invalid));
        let (has, wants) =
            (stored.clone().resolve().map_err(invalid)?, asked.over(stored.clone()).resolve().map_err(invalid)?);
        if let Some((field, asked, has)) = wants.differences(&has).into_iter().next() {
            return Err(RequestError::Changed { field, asked, has });
        }
        let config = Settings { epochs, ..stored }.resolve().map_err(invalid)?;
        let summary = folder.read_summary()?;
        if summary.is_some_and(|summary| summary.epochs >= config.epochs) {
            return Err(RequestError::Done { path: folder.path().to_owned(), epochs: has.epochs });
        }
        Ok(Self { config, folder, resume: true })
    }
}
