//! The errors of reports.

use run::{SettingsError, folder::FolderError};
use study::results::ResultsError;

/// Why a report cannot be written. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file of the run cannot be read, or a picture cannot be written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// `run.toml` is damaged.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The results of a study cannot be read.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// A picture cannot be drawn.
    #[error("{picture}: {reason}")]
    Picture {
        /// The picture.
        picture: &'static str,
        /// The message of the drawing library.
        reason: String,
    },
}

impl ReportError {
    /// The error of a picture, for `map_err`.
    pub(crate) fn picture(picture: &'static str) -> impl Fn(String) -> Self {
        move |reason| Self::Picture { picture, reason }
    }
}
