//! A trained network on disk: a run, or a file of weights.

use std::path::{Path, PathBuf};

use crate::{Run, RunError, RunFolder, folder::MODEL, job::RUNS};

/// A trained network.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The file with the weights.
    pub weights: PathBuf,
    /// The run of the weights; none if the file lies in no run folder.
    pub run: Option<Run>,
}

/// Why there is no trained network. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum TrainedError {
    /// The command names no run, and no run has finished.
    #[error(
        "no run in {RUNS}/ has finished; train one with `cargo xtask train`, or name a run folder \
         or a .safetensors file"
    )]
    NoRun,
    /// No file or folder has this name.
    #[error("{}: no such run folder or .safetensors file", .0.display())]
    Missing(PathBuf),
    /// The folder holds no run.
    #[error("{}: this folder holds no run; expected a run folder or a .safetensors \
        file", .0.display())]
    OtherFolder(PathBuf),
    /// The run has no weights yet.
    #[error(
        "{}: this run has not finished, so it has no {MODEL}; `cargo xtask train --resume` \
         finishes it",
        .0.display()
    )]
    Unfinished(PathBuf),
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl Trained {
    /// Finds the network of this run folder or file; by default, that of the latest finished run.
    ///
    /// # Errors
    /// There is no such network.
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

    /// The run of a file: the file may lie in the run folder or among the checkpoints.
    fn of_file(weights: &Path) -> Result<Self, TrainedError> {
        let mut above = weights.ancestors().skip(1).take(2).map(RunFolder::at);
        let run = above.find(RunFolder::holds_run).map(Run::read).transpose()?;
        Ok(Self { weights: weights.to_owned(), run })
    }
}
