//! The files of reports.

use std::{io, path::PathBuf};

use run::folder::{FolderError, write_whole};

/// Writes a file, which appears whole or not at all.
pub(crate) fn write_file(path: PathBuf, content: io::Result<Vec<u8>>) -> Result<(), FolderError> {
    let written = content.and_then(|content| write_whole(&path, &content));
    written.map_err(|reason| FolderError { path, reason })
}

/// The error of a file with unexpected content.
pub(crate) fn unexpected(path: impl Into<PathBuf>, reason: String) -> FolderError {
    FolderError { path: path.into(), reason: io::Error::other(reason) }
}
