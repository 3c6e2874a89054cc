//! Tests of the loader, in one program, which is linked once.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test ends where it fails")]

mod loader;
mod outliers;
