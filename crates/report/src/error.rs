//! The errors of reports.

use host::FileError;
use run::RunError;

/// Why a report cannot be written. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file of the run cannot be read, or a picture cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A run cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
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
