//! Fetches what a [`Source`] names.
//!
//! 1. [`address`] is where Kaggle is, and [`credentials`] finds out who asks.
//! 2. `transfer` fetches a file over any connection: redirected, resumed, checked. Until it is
//!    whole, it is a `partial` file.
//! 3. `folder` is its place in `data/kaggle/`, `unpack` what makes files of it, and `checksum` how
//!    they are known again.
//!
//! Kaggle answers with a redirect to a signed address of its storage. Credentials go to Kaggle and
//! nowhere else.

pub mod address;
mod checksum;
pub mod credentials;
mod failure;
mod folder;
mod partial;
mod transfer;
mod unpack;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::Source;

pub use self::{address::Address, credentials::Credentials, failure::Failure};
use self::{folder::Folder, transfer::Transfer};

/// What to download, and how.
#[derive(Debug)]
pub struct Request<'a> {
    /// What.
    pub source: &'a Source,
    /// Where Kaggle is.
    pub address: &'a Address,
    /// Who asks.
    pub credentials: &'a Credentials,
    /// How long to wait for the next byte.
    pub timeout: Duration,
}

/// What a download came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Downloaded {
    /// The files, unpacked.
    pub files: Vec<PathBuf>,
    /// Whether they were there before.
    pub were_there: bool,
}

/// Who watches a download.
pub trait Watch {
    /// So many bytes of all, where that is known, are there.
    fn progress(&self, done: u64, all: Option<u64>);
    /// Whether to stop.
    fn is_stopped(&self) -> bool;
}

/// Downloads into the folder `data`, unless the files are there already.
///
/// # Errors
/// See [`Failure`]; a half file never has the name of a whole one.
pub fn download(request: &Request, data: &Path, watch: &dyn Watch) -> Result<Downloaded, Failure> {
    let folder = Folder::of(request.source, data);
    if let Some(files) = folder.present()? {
        return Ok(Downloaded { files, were_there: true });
    }
    if !request.source.is_public() && request.credentials.authorization().is_none() {
        return Err(Failure::no_credentials(request));
    }
    let _lock = folder.lock()?;
    let mut whole = Transfer::new(request, watch).fetch(&folder.partial())?;
    let files = folder.accept(whole.path())?;
    // What stays is found to be old the next time.
    let _ = whole.discard();
    Ok(Downloaded { files, were_there: false })
}
