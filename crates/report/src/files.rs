//! The files of reports.

use std::{io, path::PathBuf};

use host::{FileError, write_whole};

/// Writes a file, which appears whole or not at all.
pub(crate) fn write_file(path: PathBuf, content: io::Result<Vec<u8>>) -> Result<(), FileError> {
    write_whole(&path, &content.map_err(FileError::at(&path))?)
}
