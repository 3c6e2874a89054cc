//! A run as its folder records it, and `run.toml`: everything that made a run.

use data::{Classes, ImageSize};
use host::FileError;
use serde::{Deserialize, Serialize};

use crate::{RunConfig, RunFolder, Settings, SettingsError, Summary};

/// A run read from its folder. Where the run is known to have ended, `S` is [`Summary`].
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
    /// `run.toml` is missing, or one of the two is damaged.
    pub fn read(folder: RunFolder) -> Result<Self, RunError> {
        let path = folder.run_toml();
        let settings = Settings::read(&path)?;
        let provenance = settings.provenance.clone().unwrap_or_default();
        let config =
            settings.resolve().map_err(|invalid| SettingsError::InFile { path, invalid })?;
        let summary = folder.read_summary()?;
        Ok(Self { folder, config, provenance, summary })
    }

    /// The size of the images and their labels, if the run has ended at least once.
    pub fn images(&self) -> Option<(ImageSize, Classes)> {
        self.summary.as_ref().map(|summary| (summary.image, summary.labels()))
    }
}

/// The content of `run.toml`.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(flatten)]
    config: &'a RunConfig,
    provenance: &'a Provenance,
}

/// The circumstances of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// The name of the device that computed.
    pub device: String,
    /// Version of the trainer.
    pub trainer: String,
    /// Version of Burn.
    pub burn: String,
    /// Version of the compiler.
    pub rustc: String,
    /// Git revision of the sources, with `-dirty` if they were changed; "unknown" outside a
    /// repository.
    pub git_revision: String,
    /// How the trainer kept the pixels.
    pub pixels: String,
    /// SHA-256 of the data, unpacked.
    pub data_sha256: String,
    /// SHA-256 of the test data, unpacked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_data_sha256: Option<String>,
}

impl Provenance {
    /// In what two runs differ besides their settings, in words, each with the setting that it
    /// follows from, if any.
    pub fn differences(&self, other: &Self) -> Vec<(&'static str, Option<&'static str>)> {
        let test_data = |of: &Self| of.test_data_sha256.clone();
        let compared = [
            ("the device", Some("backend"), self.device != other.device),
            ("the version of the trainer", None, self.trainer != other.trainer),
            ("the version of Burn", None, self.burn != other.burn),
            ("the compiler", None, self.rustc != other.rustc),
            ("the revision of the sources", None, self.git_revision != other.git_revision),
            ("the data themselves", Some("data"), self.data_sha256 != other.data_sha256),
            ("the test data themselves", Some("test_data"), test_data(self) != test_data(other)),
        ];
        compared
            .into_iter()
            .filter(|(.., differs)| *differs)
            .map(|(what, setting, _)| (what, setting))
            .collect()
    }
}

/// The text of `run.toml`. It is itself a config: `--config run.toml` repeats the run.
///
/// # Errors
/// A path is not valid Unicode.
pub(crate) fn to_toml(
    config: &RunConfig,
    provenance: &Provenance,
) -> Result<String, toml::ser::Error> {
    let body = toml::to_string(&Record { config, provenance })?;
    Ok(format!(
        "# Everything that made this run. It is a config, too: --config with this file repeats the \
         run.\n{body}"
    ))
}
