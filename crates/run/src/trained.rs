//! A trained network on disk, and what is known of it.

use std::path::{Path, PathBuf};

use data::{Classes, ImageSize};
use host::FileError;

use crate::{Provenance, RunConfig, RunFolder, Settings, SettingsError, folder::MODEL, job::RUNS};

/// A trained network, found by its run or by the file of its weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The file of its weights.
    pub weights: PathBuf,
    /// The run that they come from; none of a file that lies in no run folder.
    pub run: Option<TrainedRun>,
}

/// The run that weights come from.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedRun {
    /// Its folder.
    pub folder: RunFolder,
    /// Its settings.
    pub config: RunConfig,
    /// Where and from what it was made.
    pub provenance: Provenance,
    /// The size of its images and their labels, if it has ended at least once.
    pub images: Option<(ImageSize, Classes)>,
}

/// Why there is no trained network. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum NotTrained {
    /// No run was named, and there is none.
    #[error(
        "no run in {RUNS}/ has finished; train one with `cargo xtask train`, or name a run folder \
         or a .safetensors file"
    )]
    NoRun,
    /// There is nothing of this name.
    #[error("{}: no such run folder or .safetensors file", .0.display())]
    Missing(PathBuf),
    /// The folder holds something else.
    #[error("{}: no run was started in this folder; expected a run folder or a .safetensors \
        file", .0.display())]
    OtherFolder(PathBuf),
    /// The run has no weights yet.
    #[error(
        "{}: this run has no {MODEL}, because it has not finished; `cargo xtask train --resume` \
         finishes it",
        .0.display()
    )]
    Unfinished(PathBuf),
    /// `run.toml` is damaged.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// `summary.json` is damaged.
    #[error(transparent)]
    Folder(#[from] FileError),
}

impl Trained {
    /// The network of this run folder or of this file; by default that of the latest run that has
    /// finished.
    ///
    /// # Errors
    /// There is none.
    pub fn find(asked: Option<&Path>) -> Result<Self, NotTrained> {
        match asked {
            None => Self::of_run(
                RunFolder::latest_trained_in(Path::new(RUNS)).ok_or(NotTrained::NoRun)?,
            ),
            Some(path) if path.is_dir() => Self::of_run(RunFolder::at(path)),
            Some(path) if path.is_file() => Self::of_file(path),
            Some(path) => Err(NotTrained::Missing(path.to_owned())),
        }
    }

    fn of_run(folder: RunFolder) -> Result<Self, NotTrained> {
        let path = folder.path().to_owned();
        if !folder.holds_run() {
            return Err(NotTrained::OtherFolder(path));
        }
        if !folder.model().is_file() {
            return Err(NotTrained::Unfinished(path));
        }
        Ok(Self { weights: folder.model(), run: Some(TrainedRun::of(folder)?) })
    }

    /// Also a file in a run folder, or among its checkpoints, is of that run.
    fn of_file(weights: &Path) -> Result<Self, NotTrained> {
        let mut above = weights.ancestors().skip(1).take(2).map(RunFolder::at);
        let run = above.find(RunFolder::holds_run).map(TrainedRun::of).transpose()?;
        Ok(Self { weights: weights.to_owned(), run })
    }
}

impl TrainedRun {
    fn of(folder: RunFolder) -> Result<Self, NotTrained> {
        let invalid = |invalid| SettingsError::InFile { path: folder.run_toml(), invalid };
        let settings = Settings::read(&folder.run_toml())?;
        let provenance = settings.provenance.clone().unwrap_or_default();
        let config = settings.resolve().map_err(invalid)?;
        let images = folder.read_summary()?.map(|summary| (summary.image, summary.labels()));
        Ok(Self { folder, config, provenance, images })
    }
}
