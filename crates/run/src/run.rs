//! A run read from its folder.

use std::path::{Path, PathBuf};

use data::{Classes, ImageSize};
use host::{FileError, file::are_same};

use crate::{
    JobError, Outcome, Provenance, RunConfig, RunFolder, Settings, SettingsError, Summary,
};

/// A run read from its folder. If the run has certainly ended, `S` is [`Summary`].
#[derive(Debug, Clone, PartialEq)]
pub struct Run<S = Option<Summary>> {
    /// The folder.
    pub folder: RunFolder,
    /// The settings.
    pub config: RunConfig,
    /// The device, the versions and the data.
    pub provenance: Provenance,
    /// The outcome; none while the run is being trained.
    pub summary: S,
}

/// Why a run cannot be read. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// `run.toml` is missing or damaged.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Another file is damaged.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Run<()> {
    /// Reads `run.toml` alone.
    ///
    /// # Errors
    /// The file is missing or damaged.
    pub fn record(folder: RunFolder) -> Result<Self, SettingsError> {
        let path = folder.run_toml();
        let settings = Settings::read(&path)?;
        let provenance = settings.provenance.clone().unwrap_or_default();
        let config =
            settings.resolve().map_err(|invalid| SettingsError::InFile { path, invalid })?;
        Ok(Self { folder, config, provenance, summary: () })
    }
}

impl<S> Run<S> {
    /// The same run with this summary.
    pub fn with<T>(self, summary: T) -> Run<T> {
        let Self { folder, config, provenance, .. } = self;
        Run { folder, config, provenance, summary }
    }
}

impl Run {
    /// Reads `run.toml` and `summary.json`.
    ///
    /// # Errors
    /// `run.toml` is missing, or one of the files is damaged.
    pub fn read(folder: RunFolder) -> Result<Self, RunError> {
        let record = Run::record(folder)?;
        let summary = record.folder.read_summary()?;
        Ok(record.with(summary))
    }

    /// The final weights; none if the run has not finished since it was last trained. The weights
    /// in its folder are then of an earlier end, or there are none.
    pub fn weights(&self) -> Option<PathBuf> {
        let outcome = self.summary.as_ref().map(|summary| summary.outcome);
        let is_finished = outcome == Some(Outcome::Finished);
        Some(self.folder.model()).filter(|weights| is_finished && weights.is_file())
    }

    /// The size and the classes of the images, if the run has ended at least once.
    pub fn images(&self) -> Option<(ImageSize, Classes)> {
        self.summary.as_ref().map(|summary| (summary.image, summary.classes.clone()))
    }
}

impl<S> Run<S> {
    /// The recorded SHA-256 of a data file of this run, if it differs from `found`, that of the
    /// file now.
    pub fn other_sha256(&self, data: &Path, found: &str) -> Option<&str> {
        let Self { config, provenance, .. } = self;
        let recorded = [
            (Some(&config.data), Some(&provenance.data_sha256)),
            (config.test_data.as_ref(), provenance.test_data_sha256.as_ref()),
        ];
        let is_data = |path: Option<&PathBuf>| path.is_some_and(|path| are_same(path, data));
        let of_data = recorded.into_iter().filter(|(path, _)| is_data(*path));
        // Older runs do not record what they read.
        let known = of_data.filter_map(|(_, sha256)| sha256).filter(|sha256| !sha256.is_empty());
        known.map(String::as_str).find(|sha256| *sha256 != found)
    }

    /// Refuses a data file of this run that has changed. `found` is its SHA-256 now.
    ///
    /// # Errors
    /// The checksum differs from the recorded one.
    pub fn refuse_other_data(&self, data: &Path, found: &str) -> Result<(), JobError> {
        self.other_sha256(data, found).map_or(Ok(()), |expected| {
            Err(JobError::OtherData {
                folder: self.folder.path().to_owned(),
                data: data.to_owned(),
                found: found.to_owned(),
                expected: expected.to_owned(),
            })
        })
    }
}
