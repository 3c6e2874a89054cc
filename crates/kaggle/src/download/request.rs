//! A download to make, and its watcher.

use std::time::Duration;

use super::{address::Address, credentials::Credentials};
use crate::Source;

/// A download to make.
#[derive(Debug)]
pub struct Request<'a> {
    /// The files.
    pub source: &'a Source,
    /// Where Kaggle is.
    pub address: &'a Address,
    /// The user of Kaggle.
    pub credentials: &'a Credentials,
    /// How long to wait for the next byte.
    pub timeout: Duration,
}

/// A watcher of a download.
pub trait Watch {
    /// This many bytes of all, where that is known, have arrived.
    fn progress(&self, done: u64, all: Option<u64>);
    /// Whether to stop.
    fn is_stopped(&self) -> bool;
}
