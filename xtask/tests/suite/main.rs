//! Tests of `cargo xtask`, in one program, which is linked once.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test ends where it fails"
)]

mod analysis;
mod bench;
mod cargo;
mod commands;
mod copies;
mod data;
mod forms;
mod manifests;
mod paths;
mod pictures;
mod pipes;
mod predict;
mod signals;
mod slurm;
mod trained;
