//! Tests of studies, in one program, which is linked once.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test ends where it fails")]

mod executor;
mod experiments;
mod stats;
