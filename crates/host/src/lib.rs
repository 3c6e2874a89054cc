//! The console and the disk of the machine, as every program of this workspace uses them.
//!
//! 1. [`flags`] reads the command line; [`outln`] and [`errln`] print lines, [`progress`] draws
//!    bars, and [`text`] formats numbers.
//! 2. [`stop`] catches Ctrl-C and other requests to stop.
//! 3. [`mod@file`] writes files whole or not at all, and has the error of any file; [`folder`] refuses
//!    to write among files of others; [`lock`] keeps other processes out.

pub mod file;
pub mod flags;
pub mod folder;
pub mod lock;
mod print;
pub mod progress;
pub mod stop;
pub mod text;

pub use file::{FileError, write_whole};
pub use lock::Lock;
pub use stop::Stop;
