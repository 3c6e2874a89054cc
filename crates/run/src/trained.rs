//! A trained network on disk: a run, or a file of weights.

use std::path::{Path, PathBuf};

use crate::{Outcome, Run, RunError, RunFolder, job::RUNS};

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
    /// The run has no final weights.
    #[error(
        "{}: this run has not finished, so it has no final weights; finish it with `cargo xtask \
         train --resume`, or name a .safetensors file",
        .0.display()
    )]
    Unfinished(PathBuf),
    /// The run has no final weights, and never will.
    #[error(
        "{}: this run diverged in epoch {epoch}, so it has no final weights; name a .safetensors \
         file",
        path.display()
    )]
    Diverged {
        /// The folder.
        path: PathBuf,
        /// The epoch in which it diverged.
        epoch: usize,
    },
    /// The run has finished, but its weights are gone.
    #[error("{}: the weights of this run are missing", .0.display())]
    NoWeights(PathBuf),
    /// The run cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl Trained {
    /// Finds the network of this run folder or file; by default, that of the finished run in
    /// `runs/` that ended last.
    ///
    /// # Errors
    /// There is no such network.
    pub fn find(asked: Option<&Path>) -> Result<Self, TrainedError> {
        match asked {
            None => Self::latest_in(Path::new(RUNS)).ok_or(TrainedError::NoRun),
            Some(path) if path.is_dir() => Self::of_run(RunFolder::at(path)),
            Some(path) if path.is_file() => Self::of_file(path),
            Some(path) => Err(TrainedError::Missing(path.to_owned())),
        }
    }

    /// The network of the finished run in `parent` that ended last. A damaged run is none.
    pub fn latest_in(parent: &Path) -> Option<Self> {
        RunFolder::ended_in(parent).into_iter().find_map(|folder| Self::of_run(folder).ok())
    }

    fn of_run(folder: RunFolder) -> Result<Self, TrainedError> {
        let path = folder.path().to_owned();
        if !folder.holds_run() {
            return Err(TrainedError::OtherFolder(path));
        }
        let run = Run::read(folder)?;
        match (run.weights(), run.summary.as_ref().map(|summary| summary.outcome)) {
            (Some(weights), _) => Ok(Self { weights, run: Some(run) }),
            (None, Some(Outcome::Finished)) => Err(TrainedError::NoWeights(run.folder.model())),
            (None, Some(Outcome::Diverged { epoch, .. })) => {
                Err(TrainedError::Diverged { path, epoch })
            }
            (None, _) => Err(TrainedError::Unfinished(path)),
        }
    }

    /// The run of a file: the file may lie in the run folder or among the checkpoints.
    fn of_file(weights: &Path) -> Result<Self, TrainedError> {
        let mut above = weights.ancestors().skip(1).take(2).map(RunFolder::at);
        let run = above.find(RunFolder::holds_run).map(Run::read).transpose()?;
        Ok(Self { weights: weights.to_owned(), run })
    }
}
