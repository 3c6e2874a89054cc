//! Which trained network a command is about.

use std::{io, path::PathBuf};

use run::{
    RunFolder,
    folder::{FolderError, MODEL},
};

use crate::workspace::Here;

/// Where `cargo xtask train` leaves its runs.
const RUNS: &str = "runs";

/// A trained network.
#[derive(Debug)]
pub enum Trained {
    /// In the folder of its run.
    Run(RunFolder),
    /// As safetensors alone.
    File(PathBuf),
}

impl Trained {
    /// The run or file that the user named, or else the latest run that has finished.
    ///
    /// # Errors
    /// There is no such thing, or the run has no weights.
    pub fn find(given: Option<PathBuf>, here: &Here) -> Result<Self, FolderError> {
        let Some(given) = given else {
            let none = "no run has finished here; cargo xtask train makes one";
            let latest = RunFolder::latest_trained_in(RUNS.as_ref());
            return latest.map(Self::Run).ok_or_else(|| failed(RUNS.into(), io::Error::other(none)));
        };
        let path = here.path(&given);
        let metadata = path.metadata().map_err(|reason| failed(path.clone(), reason))?;
        if !metadata.is_dir() {
            return Ok(Self::File(path));
        }
        let run = RunFolder::at(path);
        if !run.model().is_file() {
            let reason =
                format!("no {MODEL} here; expected the folder of a run that has finished, or a file of weights");
            return Err(failed(run.path().to_owned(), io::Error::other(reason)));
        }
        Ok(Self::Run(run))
    }

    /// The file of its weights.
    pub fn weights(&self) -> PathBuf {
        match self {
            Self::Run(run) => run.model(),
            Self::File(path) => path.clone(),
        }
    }
}

fn failed(path: PathBuf, reason: io::Error) -> FolderError {
    FolderError { path, reason }
}
