//! Fetches the files of a [`Source`](crate::Source).
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
mod request;
mod transfer;
mod unpack;

use std::path::{Path, PathBuf};

pub use self::{
    address::Address,
    credentials::Credentials,
    error::DownloadError,
    request::{Request, Watch},
};
use self::{folder::Folder, transfer::Transfer};

/// The result of a download.
#[derive(Debug, PartialEq, Eq)]
pub struct Downloaded {
    /// The files, unpacked.
    pub files: Vec<PathBuf>,
    /// Whether the files existed before.
    pub were_there: bool,
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
