//! Tests of the kernels, in one program, which is linked once.

#![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

mod generator;
mod plain;
