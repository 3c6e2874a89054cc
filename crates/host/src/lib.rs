//! The console, the signals and the files of this workspace's programs.
//!
//! 1. [`flags`] parses the command line; [`outln`] and [`errln`] print lines, [`progress`] draws
//!    bars, and [`text`] formats numbers.
//! 2. [`stop`] catches Ctrl-C and other requests to stop; [`stopwatch`] does not count the time in
//!    which the process was stopped; [`child`] explains the end of a child process.
//! 3. [`mod@file`] writes files atomically, and has the error type of files; [`output`] has the
//!    rule for files and folders that the user names; [`lock`] locks a folder against other
//!    processes; [`git`] asks the repository of a folder.

pub mod child;
pub mod file;
pub mod flags;
pub mod git;
pub mod lock;
pub mod output;
pub mod panics;
pub mod print;
pub mod progress;
pub mod stop;
pub mod stopwatch;
pub mod text;

pub use file::{FileError, write_whole};
pub use lock::Lock;
pub use output::{FileKind, OutputFile};
pub use stop::Stop;
pub use stopwatch::Stopwatch;
