//! Downloads digits from Kaggle.
//!
//! 1. [`flags`] are the flags of the command line; [`source`] is a competition or a data set.
//! 2. `download` fetches it. It needs the feature `download`, which is on by default and links TLS.

#[cfg(feature = "download")]
pub mod download;
pub mod flags;
pub mod source;

pub use flags::KaggleFlags;
pub use source::Source;
