//! Builds the programs that xtask starts: the trainer for a backend, and programs of single
//! commands.
//!
//! Each program is kept under a name of its own, so that a build does not replace another program
//! that is running. A program that was built from the same sources starts without a call of cargo.

mod inputs;
mod progress;

use std::{
    env::consts::EXE_SUFFIX,
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use host::{FileError, Lock, file::replace, stop};
use run::Backend;

use crate::{cargo, revision, workspace};
use inputs::Inputs;
use progress::BuildProgress;

/// Builds the trainer with this backend and no other, with or without the dashboard, and returns
/// the path of the program.
///
/// # Errors
/// The program does not compile, or the disk is full.
pub fn trainer(backend: Backend, tui: bool) -> anyhow::Result<PathBuf> {
    let mut features = vec![backend.name()];
    let mut name = format!("the trainer for {backend}");
    if tui {
        features.push("tui");
        name += " with the dashboard";
    }
    up_to_date("trainer", &features, &name)
}

/// The workspace of a trainer that was just built: the revision of its sources, and the cache.
pub fn trainer_workspace() -> run::Workspace {
    run::Workspace { revision: revision::of_sources(), cache: Some(workspace::cache()) }
}

/// Builds the program of a package, and returns its path.
///
/// # Errors
/// The program does not compile, or the disk is full.
pub fn other(package: &str) -> anyhow::Result<PathBuf> {
    up_to_date(package, &[], package)
}

fn up_to_date(package: &str, features: &[&str], name: &str) -> anyhow::Result<PathBuf> {
    let kept = kept(package, features);
    let inputs = || Inputs::now().with_context(|| workspace::folder().display().to_string());
    if kept.is_file() && inputs()?.are_of(&kept) {
        return Ok(kept);
    }
    let _lock = lock().with_context(|| workspace::target().display().to_string())?;
    let inputs = inputs()?;
    inputs.renew_changed(&kept)?;
    let built = build(package, features, name, !kept.is_file())?;
    keep(&built, &kept, &inputs)?;
    Ok(kept)
}

/// The path of a kept program. It differs between copies of the workspace that build into one
/// folder.
fn kept(package: &str, features: &[&str]) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    workspace::folder().hash(&mut hasher);
    let name = [&[package], features].concat().join("-");
    workspace::target()
        .join("programs")
        .join(format!("{name}-{:08x}{EXE_SUFFIX}", hasher.finish() as u32))
}

/// A lock until the program is kept: another build would replace it in the folder of cargo.
fn lock() -> io::Result<Lock> {
    let path = workspace::target().join("programs").join(".lock");
    if let Some(lock) = Lock::try_take(&path)? {
        return Ok(lock);
    }
    host::errln!("waiting for another build to end");
    Lock::wait(&path)
}

/// Builds a program; the error is that of [`stop::check`] if a stop was requested.
fn build(package: &str, features: &[&str], name: &str, is_new: bool) -> anyhow::Result<PathBuf> {
    if is_new {
        host::errln!("building {name}; the first time, this takes some minutes");
    }
    let features = features.join(",");
    let mut build = cargo::command(["build", "--release", "--quiet", "--package", package]);
    build.args(["--bin", package, "--features", &features]);
    let mut progress = is_new.then(|| BuildProgress::of(package, &features)).flatten();
    let built = cargo::build(&mut build, |artifact| {
        progress.iter_mut().for_each(|progress| progress.add(artifact));
    });
    drop(progress);
    match built? {
        Some(program) => Ok(program),
        None => {
            stop::check()?;
            bail!("cannot build {name}")
        }
    }
}

/// Copies and renames, since a running program cannot be overwritten, and records the build.
fn keep(built: &Path, kept: &Path, inputs: &Inputs) -> Result<(), FileError> {
    let modified = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    if modified(built) >= modified(kept) {
        replace(kept, |file| {
            io::copy(&mut File::open(built)?, file)?;
            file.set_permissions(fs::metadata(built)?.permissions())
        })?;
    }
    inputs.record(kept).map_err(FileError::at(kept))
}
