//! A file that is not yet whole, and beside it what has to be known to go on with it.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::Failure;

/// A file that is not yet whole.
pub(super) struct Partial {
    path: PathBuf,
    /// How many bytes are there.
    done: u64,
    version: Option<Version>,
}

/// Which file it is a part of.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Version {
    /// `ETag`, or else `Last-Modified`.
    pub(super) validator: Option<String>,
    /// The size of the whole file.
    pub(super) all: Option<u64>,
    /// Of the whole file, in base64.
    pub(super) md5: Option<String>,
}

impl Partial {
    /// What an earlier call left. Without knowing which version of the file it is from, it is of no
    /// use.
    pub(super) fn at(path: &Path) -> Self {
        let version = fs::read(beside(path))
            .ok()
            .and_then(|text| serde_json::from_slice::<Version>(&text).ok());
        let version = version.filter(|version| version.validator.is_some());
        let done = version.as_ref().and_then(|_| Some(fs::metadata(path).ok()?.len())).unwrap_or(0);
        Self { path: path.to_owned(), done, version: version.filter(|_| done > 0) }
    }

    /// An empty file, of which version is written down.
    pub(super) fn begin(&mut self, version: Version) -> Result<(), Failure> {
        self.discard()?;
        File::create(&self.path).map_err(|reason| self.failed(reason))?;
        let text = serde_json::to_vec(&version).map_err(|error| self.failed(error.into()))?;
        fs::write(beside(&self.path), text).map_err(|reason| self.failed(reason))?;
        self.version = Some(version);
        Ok(())
    }

    /// The file, to be appended to.
    pub(super) fn open(&self) -> Result<File, Failure> {
        OpenOptions::new().append(true).open(&self.path).map_err(|reason| self.failed(reason))
    }

    /// So many bytes were appended.
    pub(super) fn grow(&mut self, count: u64) {
        self.done += count;
    }

    /// Removes it.
    pub(super) fn discard(&mut self) -> Result<(), Failure> {
        (self.done, self.version) = (0, None);
        for path in [beside(&self.path), self.path.clone()] {
            match fs::remove_file(path) {
                Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
                    return Err(self.failed(reason));
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn done(&self) -> u64 {
        self.done
    }

    pub(super) fn all(&self) -> Option<u64> {
        self.version.as_ref()?.all
    }

    pub(super) fn md5(&self) -> Option<&str> {
        self.version.as_ref()?.md5.as_deref()
    }

    pub(super) fn validator(&self) -> Option<&str> {
        self.version.as_ref()?.validator.as_deref().filter(|_| self.done > 0)
    }

    pub(super) fn failed(&self, reason: io::Error) -> Failure {
        Failure::disk(&self.path, reason)
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".json");
    PathBuf::from(name)
}
