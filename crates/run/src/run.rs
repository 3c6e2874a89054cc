//! A run read from its folder.

use data::{Classes, ImageSize};
use host::FileError;

use crate::{Provenance, RunConfig, RunFolder, Settings, SettingsError, Summary};

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

impl Run {
    /// Reads `run.toml` and `summary.json`.
    ///
    /// # Errors
    /// `run.toml` is missing, or one of the files is damaged.
    pub fn read(folder: RunFolder) -> Result<Self, RunError> {
        let path = folder.run_toml();
        let settings = Settings::read(&path)?;
        let provenance = settings.provenance.clone().unwrap_or_default();
        let config =
            settings.resolve().map_err(|invalid| SettingsError::InFile { path, invalid })?;
        let summary = folder.read_summary()?;
        Ok(Self { folder, config, provenance, summary })
    }

    /// The size and the classes of the images, if the run has ended at least once.
    pub fn images(&self) -> Option<(ImageSize, Classes)> {
        self.summary.as_ref().map(|summary| (summary.image, summary.labels()))
    }
}
