//! Fetches what a [`Source`] names.
//!
//! 1. [`address`] is the address of Kaggle; [`credentials`] finds the credentials of the user.
//! 2. `transfer` fetches a file, follows redirects, and verifies the checksum.
//! 3. `folder` is the folder of a download in `data/kaggle/`, `unpack` unpacks the files, and
//!    `checksum` tells later whether they have changed.
//!
//! Kaggle answers with a redirect to a signed address of its storage. Credentials go to Kaggle
//! alone.

pub mod address;
mod checksum;
pub mod credentials;
mod error;
mod folder;
mod transfer;
mod unpack;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::Source;

pub use self::{address::Address, credentials::Credentials, error::DownloadError};
use self::{folder::Folder, transfer::Transfer};

/// A request for a download.
#[derive(Debug)]
pub struct Request<'a> {
    /// The files.
    pub source: &'a Source,
    /// The address of Kaggle.
    pub address: &'a Address,
    /// The credentials of the user.
    pub credentials: &'a Credentials,
    /// The longest wait for the next byte.
    pub timeout: Duration,
}

/// The result of a download.
#[derive(Debug, PartialEq, Eq)]
pub struct Downloaded {
    /// The files, unpacked.
    pub files: Vec<PathBuf>,
    /// Whether the files existed before.
    pub were_there: bool,
}

/// A watcher of a download.
pub trait Watch {
    /// Reports the received bytes, and the size of the download if it is known.
    fn progress(&self, done: u64, all: Option<u64>);
    /// Whether a stop was requested.
    fn is_stopped(&self) -> bool;
}

/// Downloads into the folder `data`, unless the files exist already.
///
/// # Errors
/// See [`DownloadError`]. An incomplete file never gets its final name.
pub fn download(
    request: &Request,
    data: &Path,
    watch: &dyn Watch,
) -> Result<Downloaded, DownloadError> {
    let folder = Folder::of(request.source, data);
    if let Some(files) = folder.present()? {
        return Ok(Downloaded { files, were_there: true });
    }
    if !request.source.is_public() && request.credentials.authorization().is_none() {
        return Err(DownloadError::no_credentials(request));
    }
    let _lock = folder.lock()?;
    let mut file = folder.temporary()?;
    Transfer::new(request, watch, folder.path()).fetch(&mut file)?;
    let names = unpack::unpack(&folder, &mut file)?;
    Ok(Downloaded { files: folder.write_receipt(names)?, were_there: false })
}
