//! Downloads digits from Kaggle.
//!
//! 1. [`flags`] is the command line, and [`source`] what can be downloaded.
//! 2. `download` fetches it. It needs the feature `download`, which is on by default and brings TLS
//!    along.

#[cfg(feature = "download")]
pub mod download;
pub mod flags;
pub mod source;

pub use flags::KaggleFlags;
pub use source::Source;
