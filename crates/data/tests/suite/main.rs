//! Tests of the data crate, in one program, which is linked once.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test ends where it fails")]

mod cache;
mod forms;
mod limits;
mod split;
mod text;
mod transform;
