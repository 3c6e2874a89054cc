//! The files of reports.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use host::{FileError, write_whole};

/// Writes a file, which appears whole or not at all.
pub(crate) fn write_file(path: PathBuf, content: io::Result<Vec<u8>>) -> Result<(), FileError> {
    write_whole(&path, &content.map_err(FileError::at(&path))?)
}

/// Removes a file of an earlier report, if it exists.
pub(crate) fn remove_file(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::at(path)(error)),
        _ => Ok(()),
    }
}
