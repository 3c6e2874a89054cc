//! A trained network on disk, and what is known of it.

use std::path::{Path, PathBuf};

use crate::{Run, RunError, RunFolder, folder::MODEL, job::RUNS};

/// A trained network, found by its run or by the file of its weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The file of its weights.
    pub weights: PathBuf,
    /// The run that they come from; none of a file that lies in no run folder.
    pub run: Option<Run>,
}

/// Why there is no trained network. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum TrainedError {
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
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl Trained {
    /// The network of this run folder or of this file; by default that of the latest run that has
    /// finished.
    ///
    /// # Errors
    /// There is none.
    pub fn find(asked: Option<&Path>) -> Result<Self, TrainedError> {
        match asked {
            None => Self::of_run(
                RunFolder::latest_trained_in(Path::new(RUNS)).ok_or(TrainedError::NoRun)?,
            ),
            Some(path) if path.is_dir() => Self::of_run(RunFolder::at(path)),
            Some(path) if path.is_file() => Self::of_file(path),
            Some(path) => Err(TrainedError::Missing(path.to_owned())),
        }
    }

    fn of_run(folder: RunFolder) -> Result<Self, TrainedError> {
        let path = folder.path().to_owned();
        if !folder.holds_run() {
            return Err(TrainedError::OtherFolder(path));
        }
        if !folder.model().is_file() {
            return Err(TrainedError::Unfinished(path));
        }
        Ok(Self { weights: folder.model(), run: Some(Run::read(folder)?) })
    }

    /// Also a file in a run folder, or among its checkpoints, is of that run.
    fn of_file(weights: &Path) -> Result<Self, TrainedError> {
        let mut above = weights.ancestors().skip(1).take(2).map(RunFolder::at);
        let run = above.find(RunFolder::holds_run).map(Run::read).transpose()?;
        Ok(Self { weights: weights.to_owned(), run })
    }
}
