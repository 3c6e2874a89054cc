//! Tests of settings and files of a run, in one program, which is linked once.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test ends where it fails")]

mod folder;
mod images;
mod request;
mod schedule;
mod settings;
mod tensorboard;
