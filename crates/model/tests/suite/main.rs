//! Tests of the networks, in one program, which is linked once.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test ends where it fails")]

mod examples;
mod network;
mod weights;
