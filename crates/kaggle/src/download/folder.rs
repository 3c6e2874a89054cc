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

/// Where a download goes.
pub(super) struct Folder {
    path: PathBuf,
    /// The file of the source, unless it is a whole data set.
    file: Option<String>,
    /// The source, in words.
    what: String,
}

/// Files that were downloaded, by their paths in the folder, and the checksums they had then.
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

    /// The files, if they are there and as they were downloaded. A file without a receipt was put
    /// there by hand, and is taken as it is.
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

    /// Creates the folder, and keeps other downloads out of it.
    pub(super) fn lock(&self) -> Result<Lock, FileError> {
        let lock = Lock::try_take(&self.path.join(".lock")).map_err(FileError::at(&self.path))?;
        let taken = "another download is under way here; wait for it";
        lock.ok_or_else(|| FileError::refused(&self.path, taken))
    }

    /// A file for the download until it is whole, which vanishes when it is closed.
    pub(super) fn temporary(&self) -> Result<File, FileError> {
        tempfile::tempfile_in(&self.path).map_err(FileError::at(&self.path))
    }

    /// Where the folder is.
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

    /// Writes down which files were downloaded, and gives their paths.
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

    /// Writes a file of this folder.
    pub(super) fn write(&self, name: &str, content: &mut dyn Read) -> Result<(), FileError> {
        write(&self.path.join(name), content)
    }

    /// The error of a download with other content than expected.
    pub(super) fn bad(&self, reason: impl Into<String>) -> DownloadError {
        DownloadError::Unpack { what: self.what.clone(), reason: reason.into() }
    }
}

/// Writes a file whole or not at all. Downloads are not for changing: it is read-only.
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
