//! The folder of a download in `data/kaggle/`.

use std::{
    collections::BTreeMap,
    fs::{self, File, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Failure, checksum::sha256, unpack};
use crate::Source;

/// Where a download goes.
pub(super) struct Folder {
    path: PathBuf,
    /// The file that was asked for, if it was one.
    file: Option<String>,
    /// What was asked for, in words.
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

    /// The files, if they are there and as they were downloaded. A file that somebody else put
    /// there is taken as it is.
    pub(super) fn present(&self) -> Result<Option<Vec<PathBuf>>, Failure> {
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
            if sha256(&path).map_err(|reason| Failure::disk(&path, reason))? != expected {
                return Err(Failure::Changed(path));
            }
            files.push(path);
        }
        Ok(Some(files))
    }

    /// Creates the folder, and keeps other downloads out of it.
    pub(super) fn lock(&self) -> Result<File, Failure> {
        let lock = || {
            fs::create_dir_all(&self.path)?;
            File::create(self.path.join(".lock"))
        };
        let file = lock().map_err(|reason| Failure::disk(&self.path, reason))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                let reason = io::Error::other("another download is under way here; wait for it");
                Err(Failure::disk(&self.path, reason))
            }
            Err(TryLockError::Error(reason)) => Err(Failure::disk(&self.path, reason)),
        }
    }

    /// Where the download grows until it is whole.
    pub(super) fn partial(&self) -> PathBuf {
        self.path.join(format!(".{}.partial", self.key()))
    }

    fn receipt(&self) -> PathBuf {
        self.path.join(format!(".{}.json", self.key()))
    }

    fn key(&self) -> &str {
        self.file.as_deref().unwrap_or("all")
    }

    /// Makes files of a whole download.
    pub(super) fn accept(&self, whole: &Path) -> Result<Vec<PathBuf>, Failure> {
        let names = if starts_with(whole, b"PK\x03\x04")? {
            unpack::unzip(self, whole)?
        } else {
            vec![self.keep(whole)?]
        };
        let mut receipt = Receipt::default();
        let mut files = Vec::new();
        for name in names {
            let path = self.path.join(&name);
            receipt
                .sha256
                .insert(name, sha256(&path).map_err(|reason| Failure::disk(&path, reason))?);
            files.push(path);
        }
        let text = serde_json::to_vec_pretty(&receipt)
            .map_err(|error| Failure::disk(self.receipt(), error.into()))?;
        self.write_to(&self.receipt(), &mut &text[..])?;
        Ok(files)
    }

    /// A download that is the file itself.
    fn keep(&self, whole: &Path) -> Result<String, Failure> {
        let name = self.file.clone().ok_or_else(|| self.bad("expected a zip of its files"))?;
        if starts_with(whole, b"<")? {
            return Err(self.bad("a web page came instead of the file"));
        }
        let mut file = File::open(whole).map_err(|reason| Failure::disk(whole, reason))?;
        self.write(&name, &mut file)?;
        Ok(name)
    }

    /// The file that was asked for, if it was one.
    pub(super) fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// Writes a file of this folder.
    pub(super) fn write(&self, name: &str, content: &mut dyn Read) -> Result<(), Failure> {
        self.write_to(&self.path.join(name), content)
    }

    /// Writes beside and renames. Downloads are not for changing: the file is read-only.
    fn write_to(&self, path: &Path, content: &mut dyn Read) -> Result<(), Failure> {
        let beside = self.path.join(".unpacking");
        let mut write = || {
            fs::create_dir_all(path.parent().unwrap_or(&self.path))?;
            let mut file = File::create(&beside)?;
            io::copy(content, &mut file)?;
            file.flush()?;
            file.sync_all()?;
            let mut permissions = file.metadata()?.permissions();
            permissions.set_readonly(true);
            fs::set_permissions(&beside, permissions)?;
            fs::rename(&beside, path)
        };
        write().map_err(|reason| {
            // On a full disk the half file must not stay; that it cannot be removed either is no
            // news.
            let _ = fs::remove_file(&beside);
            Failure::disk(path, reason)
        })
    }

    /// What was downloaded is not what was asked for.
    pub(super) fn bad(&self, reason: impl Into<String>) -> Failure {
        Failure::Unpack { what: self.what.clone(), reason: reason.into() }
    }
}

fn starts_with(path: &Path, bytes: &[u8]) -> Result<bool, Failure> {
    let read = || {
        let mut first = Vec::new();
        File::open(path)?.take(bytes.len() as u64).read_to_end(&mut first)?;
        Ok(first == bytes)
    };
    read().map_err(|reason| Failure::disk(path, reason))
}
