//! Tests of the trainer, in one program, which is linked once.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test ends where it fails"
)]

mod backends;
mod bytes;
mod crashes;
#[cfg(feature = "tui")]
mod dashboard;
mod demo;
mod images;
#[cfg(feature = "tui")]
mod learner;
mod meter;
mod pytorch;
mod pytorch_steps;
mod refusals;
mod reproducible;
mod support;
mod terminal;
mod threads;
mod twice;
