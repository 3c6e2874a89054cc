//! A request for a download, and its watcher.

use std::time::Duration;

use super::{address::Address, credentials::Credentials};
use crate::Source;

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

/// A watcher of a download.
pub trait Watch {
    /// Reports the received bytes, and the size of the download if it is known.
    fn progress(&self, done: u64, all: Option<u64>);
    /// Whether a stop was requested.
    fn is_stopped(&self) -> bool;
}
