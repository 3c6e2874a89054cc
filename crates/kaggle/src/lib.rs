//! Downloads digits from Kaggle.
//!
//! 1. [`flags`] is the command line, and [`source`] what can be downloaded.
//! 2. `download` fetches it. It needs the feature of that name, which is on unless it is turned off, and with it TLS.

#[cfg(feature = "download")]
pub mod download;
pub mod flags;
pub mod source;

pub use flags::KaggleFlags;
pub use source::Source;
