//! Fetches what a [`Source`] names.
//!
//! 1. [`address`] is where Kaggle is, and [`credentials`] finds the user.
//! 2. `transfer` fetches a file over any connection: redirected and checked.
//! 3. `folder` is its place in `data/kaggle/`, `unpack` makes files of it, and `checksum` is how
//!    they are known again.
//!
//! Kaggle answers with a redirect to a signed address of its storage. Credentials go to Kaggle and
//! nowhere else.

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
    /// Whether they were there before.
    pub were_there: bool,
}

/// Downloads into the folder `data`, unless the files are there already.
///
/// # Errors
/// See [`DownloadError`]; a half file never has the name of a whole one.
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
