//! Tests of the report, in one program, which is linked once.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test ends where it fails")]

mod analysis;
mod browser;
mod charts;
mod committed;
mod conclusion;
mod made;
mod pictures;
mod random_studies;
mod recomputed;
mod scores;
mod sentences;
mod text;
