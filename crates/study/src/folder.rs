//! A folder of runs that are compared.
//!
//! `study.toml` says which experiments they belong to; each run has a folder in `runs/`. Experiments share the runs
//! that they have in common.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use run::{
    Outcome, RunFolder,
    folder::{FolderError, Lock, write_whole},
};

use crate::Study;

/// A study on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyFolder {
    path: PathBuf,
}

impl StudyFolder {
    /// The study at this path, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Creates the folder, if need be, and keeps other processes out of it.
    ///
    /// # Errors
    /// The folder cannot be created, or another process is at work in it.
    pub fn lock(&self) -> Result<Lock, FolderError> {
        RunFolder::at(&self.path).lock()
    }

    /// The folder of a run.
    pub fn run(&self, name: &str) -> RunFolder {
        RunFolder::at(self.path.join("runs").join(name))
    }

    /// Whether a run has its result. One that diverged has a result, too.
    pub fn is_done(&self, name: &str) -> bool {
        let summary = self.run(name).read_summary();
        matches!(summary, Ok(Some(summary)) if summary.outcome != Outcome::Interrupted)
    }

    /// Writes `study.toml`: the names of the runs.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, study: &Study<String>) -> Result<(), FolderError> {
        let text = toml::to_string(study).map_err(|error| self.failed(io::Error::other(error)))?;
        write_whole(&self.study_toml(), text.as_bytes()).map_err(|reason| self.failed(reason))
    }

    /// Reads `study.toml`: the names of the runs.
    ///
    /// # Errors
    /// The file cannot be read, or is not one.
    pub fn read(&self) -> Result<Study<String>, FolderError> {
        let text = fs::read_to_string(self.study_toml()).map_err(|reason| self.failed(reason))?;
        let study: Study<String> =
            toml::from_str(&text).map_err(|error| self.failed(io::Error::other(error.message().to_owned())))?;
        // The labels are not in the file.
        Ok(study.map(|name| name))
    }

    fn study_toml(&self) -> PathBuf {
        self.path.join("study.toml")
    }

    fn failed(&self, reason: io::Error) -> FolderError {
        FolderError { path: self.study_toml(), reason }
    }
}
