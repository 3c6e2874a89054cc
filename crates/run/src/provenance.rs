//! The circumstances of a run: device, versions and data.

use serde::{Deserialize, Serialize};

/// The circumstances of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// The name of the device.
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
    /// The operations: hand-written kernels, or Burn's own.
    pub operations: String,
    /// SHA-256 of the data, unpacked.
    pub data_sha256: String,
    /// SHA-256 of the test data, unpacked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_data_sha256: Option<String>,
    /// How the data was understood, in one line.
    pub data_form: String,
}

impl Provenance {
    /// The differences of two runs besides their settings, in words, each with the setting that
    /// explains it, if any.
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
