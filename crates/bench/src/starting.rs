//! How long it takes until training begins.

use std::{
    ffi::OsStr,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use run::{Backend, RunConfig, Settings};

use crate::{
    BenchError,
    trainer::{Trainer, until_first_step},
};

/// Makes a command of cargo in the workspace.
pub type Cargo<'a> = &'a dyn Fn(&[&OsStr]) -> Command;

/// Seconds of each.
#[derive(Debug, Clone, Copy)]
pub struct Starts {
    /// `cargo xtask --help`: cargo finds out that nothing has changed, and starts a program that
    /// does nothing.
    pub cargo: f64,
    /// `cargo xtask train` until its first step.
    pub train: f64,
    /// The trainer alone until its first step.
    pub trainer: f64,
}

/// Measures them on the workspace's digits, which have been read before.
///
/// # Errors
/// One of them failed.
pub fn measure(
    trainer: &mut Trainer,
    cargo: Cargo<'_>,
    cache: &Path,
) -> Result<Starts, BenchError> {
    let out = tempfile::tempdir_in(&trainer.folder).map_err(BenchError::file(&trainer.folder))?;
    let run = out.path().join("run");
    let alone = trainer.begin(&config(trainer.backend)?, cache)?;
    let (first, last) =
        (["xtask", "train", "--epochs", "1", "--backend", trainer.backend.name(), "--out"], run);
    let arguments: Vec<&OsStr> = first.iter().map(OsStr::new).chain([last.as_os_str()]).collect();
    let train = until_first_step(cargo(&arguments), "cargo xtask train")?;
    let mut help = cargo(&[OsStr::new("xtask"), OsStr::new("--help")]);
    let started = Instant::now();
    help.stdout(Stdio::null()).status().map_err(BenchError::process("cargo xtask --help"))?;
    Ok(Starts { cargo: started.elapsed().as_secs_f64(), train, trainer: alone })
}

fn config(backend: Backend) -> Result<RunConfig, BenchError> {
    let settings = Settings { backend: Some(backend), epochs: Some(1), ..Settings::default() };
    settings.resolve().map_err(|error| BenchError::Workspace(error.to_string()))
}
