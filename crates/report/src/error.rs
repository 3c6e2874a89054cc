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
    /// A picture cannot be drawn, for this reason of the drawing library.
    #[error("a picture cannot be drawn: {0}")]
    Picture(String),
}
