//! Puts downloads into `data/kaggle/`.

use std::{
    collections::BTreeMap,
    fs::{self, File, TryLockError},
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::{ZipArchive, result::ZipError};

use super::{Failure, Request, transfer::note};
use crate::csv::hex;

/// No set of digits is larger; an archive that unpacks to more is refused before it fills the disk.
const MOST_BYTES: u64 = 2 << 30;

/// Where a download lands.
pub(super) struct Place {
    folder: PathBuf,
    /// The file that was asked for, if it was one.
    file: Option<String>,
    what: String,
}

/// Files that were downloaded, and the checksums they had then.
#[derive(Default, Serialize, Deserialize)]
struct Receipt {
    sha256: BTreeMap<String, String>,
}

impl Place {
    pub(super) fn of(request: &Request) -> Self {
        Self {
            folder: request.data.join(request.source.folder()),
            file: request.source.file().map(str::to_owned),
            what: request.source.words(),
        }
    }

    /// The files, if they are there and as they were downloaded. A file that somebody else put there is taken as it is.
    pub(super) fn present(&self) -> Result<Option<Vec<PathBuf>>, Failure> {
        let receipt = fs::read(self.receipt()).ok().and_then(|text| serde_json::from_slice::<Receipt>(&text).ok());
        let Some(receipt) = receipt else {
            let file = self.file.as_ref().map(|name| self.folder.join(name));
            return Ok(file.filter(|file| file.is_file()).map(|file| vec![file]));
        };
        let mut files = Vec::new();
        for (name, expected) in receipt.sha256 {
            let path = self.folder.join(name);
            if !path.is_file() {
                return Ok(None);
            }
            if sha256(&path).map_err(|reason| failed(&path, reason))? != expected {
                return Err(Failure::Changed(path));
            }
            files.push(path);
        }
        Ok(Some(files))
    }

    /// Creates the folder, and keeps other downloads out of it.
    pub(super) fn lock(&self) -> Result<File, Failure> {
        let lock = || {
            fs::create_dir_all(&self.folder)?;
            File::create(self.folder.join(".lock"))
        };
        let file = lock().map_err(|reason| failed(&self.folder, reason))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                Err(failed(&self.folder, io::Error::other("another download is under way here; wait for it")))
            }
            Err(TryLockError::Error(reason)) => Err(failed(&self.folder, reason)),
        }
    }

    /// Where the download grows until it is whole.
    pub(super) fn parcel(&self) -> PathBuf {
        self.folder.join(format!(".{}.partial", self.key()))
    }

    fn receipt(&self) -> PathBuf {
        self.folder.join(format!(".{}.json", self.key()))
    }

    fn key(&self) -> &str {
        self.file.as_deref().unwrap_or("all")
    }

    /// Makes files of a whole download, and removes it.
    pub(super) fn unpack(&self, parcel: &Path) -> Result<Vec<PathBuf>, Failure> {
        let names = if starts_with(parcel, b"PK\x03\x04").map_err(|reason| failed(parcel, reason))? {
            self.unzip(parcel)?
        } else {
            vec![self.keep(parcel)?]
        };
        let mut receipt = Receipt::default();
        let mut files = Vec::new();
        for name in names {
            let path = self.folder.join(&name);
            receipt.sha256.insert(name, sha256(&path).map_err(|reason| failed(&path, reason))?);
            files.push(path);
        }
        let text = serde_json::to_vec_pretty(&receipt).map_err(|error| failed(&self.receipt(), error.into()))?;
        self.write(&self.receipt(), &mut &text[..])?;
        for path in [note(parcel), parcel.to_owned()] {
            // What stays is found to be old the next time.
            let _ = fs::remove_file(path);
        }
        Ok(files)
    }

    /// A download that is the file itself.
    fn keep(&self, parcel: &Path) -> Result<String, Failure> {
        let name = self.file.clone().ok_or_else(|| self.bad("expected a zip of its files".to_owned()))?;
        if starts_with(parcel, b"<").map_err(|reason| failed(parcel, reason))? {
            return Err(self.bad("a web page came instead of the file".to_owned()));
        }
        let mut file = File::open(parcel).map_err(|reason| failed(parcel, reason))?;
        self.write(&self.folder.join(&name), &mut file)?;
        Ok(name)
    }

    /// Of a zip the file that was asked for, or else every CSV in it.
    fn unzip(&self, parcel: &Path) -> Result<Vec<String>, Failure> {
        let bad = |error: ZipError| self.bad(format!("the zip is damaged ({error})"));
        let file = File::open(parcel).map_err(|reason| failed(parcel, reason))?;
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(bad)?;
        let mut names = Vec::new();
        for index in 0..zip.len() {
            let entry = zip.by_index(index).map_err(bad)?;
            let Some(name) = entry.enclosed_name().as_deref().and_then(plain_name) else { continue };
            let is_wanted = match &self.file {
                Some(file) => name == *file,
                None => is_csv(&name),
            };
            if entry.is_dir() || !is_wanted {
                continue;
            }
            if entry.size() > MOST_BYTES {
                return Err(self.bad(format!("{name} unpacks to {} bytes; no set of digits does", entry.size())));
            }
            self.write(&self.folder.join(&name), &mut entry.take(MOST_BYTES))?;
            names.push(name);
        }
        if names.is_empty() {
            let wanted = self.file.as_deref().unwrap_or("a CSV file");
            return Err(self.bad(format!("the zip does not hold {wanted}")));
        }
        Ok(names)
    }

    /// Writes beside and renames. Downloads are not for changing: the file is read-only.
    fn write(&self, path: &Path, content: &mut dyn Read) -> Result<(), Failure> {
        let beside = self.folder.join(".unpacking");
        let mut write = || {
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
            // On a full disk the half file must not stay; that it cannot be removed either is no news.
            let _ = fs::remove_file(&beside);
            failed(path, reason)
        })
    }

    fn bad(&self, reason: String) -> Failure {
        Failure::Unpack { what: self.what.clone(), reason }
    }
}

/// The last part of a path, unless it is one that an archiver adds for itself, or none that can be shown.
fn plain_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let is_plain = !name.starts_with('.') && !name.contains(char::is_control) && !path.starts_with("__MACOSX");
    is_plain.then(|| name.to_owned())
}

fn is_csv(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

fn starts_with(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut first = Vec::new();
    File::open(path)?.take(bytes.len() as u64).read_to_end(&mut first)?;
    Ok(first == bytes)
}

fn sha256(path: &Path) -> io::Result<String> {
    Ok(hex(&digest::<Sha256>(path)?))
}

/// The checksum of a file.
pub(super) fn digest<D: Digest>(path: &Path) -> io::Result<Vec<u8>> {
    let (mut file, mut hash, mut buffer) = (File::open(path)?, D::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.finalize().to_vec()),
            count => hash.update(&buffer[..count]),
        }
    }
}

fn failed(path: &Path, reason: io::Error) -> Failure {
    Failure::Disk { path: path.to_owned(), reason }
}
