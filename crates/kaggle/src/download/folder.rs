//! The folder of a download in `data/kaggle/`.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use host::{FileError, Lock, file::replace};
use serde::{Deserialize, Serialize};

use super::{checksum::sha256, error::DownloadError};
use crate::Source;

/// The folder of a download.
pub(super) struct Folder {
    path: PathBuf,
    /// The file of the source, unless it is a whole data set.
    file: Option<String>,
    /// The source, in words.
    what: String,
}

/// The downloaded files by their paths in the folder, with their checksums.
#[derive(Default, Serialize, Deserialize)]
struct Receipt {
    sha256: BTreeMap<String, String>,
}

impl Folder {
    pub(super) fn of(source: &Source, data: &Path) -> Self {
        Self {
            path: data.join(source.folder()),
            file: source.file().map(str::to_owned),
            what: source.words(),
        }
    }

    /// The files, if they exist and have not changed. The user may have added a file without a
    /// receipt, which is not checked.
    pub(super) fn present(&self) -> Result<Option<Vec<PathBuf>>, DownloadError> {
        let receipt = fs::read(self.receipt())
            .ok()
            .and_then(|text| serde_json::from_slice::<Receipt>(&text).ok());
        let Some(receipt) = receipt else {
            let file = self.file.as_ref().map(|name| self.path.join(name));
            return Ok(file.filter(|file| file.is_file()).map(|file| vec![file]));
        };
        let mut files = Vec::new();
        for (name, expected) in receipt.sha256 {
            let path = self.path.join(name);
            if !path.is_file() {
                return Ok(None);
            }
            if sha256(&path).map_err(FileError::at(&path))? != expected {
                return Err(DownloadError::Changed(path));
            }
            files.push(path);
        }
        Ok(Some(files))
    }

    /// Creates the folder, and locks it against other downloads.
    pub(super) fn lock(&self) -> Result<Lock, FileError> {
        let lock = Lock::try_take(&self.path.join(".lock")).map_err(FileError::at(&self.path))?;
        let taken = "another download to this folder is running; wait until it ends";
        lock.ok_or_else(|| FileError::refused(&self.path, taken))
    }

    /// A temporary file for the download, which is removed when it is closed.
    pub(super) fn temporary(&self) -> Result<File, FileError> {
        tempfile::tempfile_in(&self.path).map_err(FileError::at(&self.path))
    }

    /// The path of the folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The file of the source, unless it is a whole data set.
    pub(super) fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    fn receipt(&self) -> PathBuf {
        self.path.join(format!(".{}.json", self.file().unwrap_or("all")))
    }

    /// Records the downloaded files, and returns their paths.
    pub(super) fn write_receipt(&self, names: Vec<String>) -> Result<Vec<PathBuf>, FileError> {
        let mut receipt = Receipt::default();
        let mut files = Vec::new();
        for name in names {
            let path = self.path.join(&name);
            receipt.sha256.insert(name, sha256(&path).map_err(FileError::at(&path))?);
            files.push(path);
        }
        let path = self.receipt();
        let text = serde_json::to_vec_pretty(&receipt)
            .map_err(|error| FileError::at(&path)(error.into()))?;
        write(&path, &mut &text[..])?;
        Ok(files)
    }

    /// Refuses to overwrite a file of the user, who can write it: downloads are read-only.
    pub(super) fn refuse_foreign(&self, name: &str) -> Result<(), FileError> {
        let path = self.path.join(name);
        match fs::symlink_metadata(&path) {
            Ok(found) if !found.permissions().readonly() => {
                let reason = "this file is no download, and is not overwritten; move it away";
                Err(FileError::refused(&path, reason))
            }
            _ => Ok(()),
        }
    }

    /// Writes a file of this folder.
    pub(super) fn write(&self, name: &str, content: &mut dyn Read) -> Result<(), FileError> {
        write(&self.path.join(name), content)
    }

    /// The error of a download with unexpected content.
    pub(super) fn bad(&self, reason: impl Into<String>) -> DownloadError {
        DownloadError::Unpack { what: self.what.clone(), reason: reason.into() }
    }
}

/// Writes a file atomically, and read-only, since downloads should not change.
fn write(path: &Path, content: &mut dyn Read) -> Result<(), FileError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(FileError::at(folder))?;
    }
    replace(path, |file| {
        io::copy(content, file)?;
        let mut permissions = file.metadata()?.permissions();
        permissions.set_readonly(true);
        file.set_permissions(permissions)
    })
}
