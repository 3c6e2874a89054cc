//! Starts cargo, and what it built.

use std::{
    env,
    ffi::OsStr,
    fs,
    io::{self, IsTerminal},
    path::PathBuf,
    process::{Command, ExitStatus},
};

use anyhow::{Context, bail};
use run::Backend;

use crate::workspace;

/// A cargo command in the workspace.
pub fn command<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace::folder()).args(arguments);
    // Cargo has set these for xtask. Build scripts that look at them would run anew, and what depends on them be compiled
    // anew, each time that somebody calls cargo in another way.
    let is_ours = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_ours)) {
        cargo.env_remove(name);
    }
    cargo
}

/// Builds the trainer with this backend and no other, with the dashboard if it is wanted, and gives the program's path.
/// Each has a program of its own, so that building one does not take away another that is running.
///
/// # Errors
/// It does not compile, or the disk is full.
pub fn build_trainer(backend: Backend, tui: bool) -> anyhow::Result<PathBuf> {
    let mut features = backend.name().to_owned();
    let mut name = format!("the trainer for {backend}");
    if tui {
        features += ",tui";
        name += " with the dashboard";
    }
    let kept = target().join("trainers").join(features.replace(',', "-") + env::consts::EXE_SUFFIX);
    let built = build(&name, ["--package", "trainer", "--features", &features], "trainer", !kept.is_file())?;
    keep(&built, &kept).with_context(|| kept.display().to_string())?;
    Ok(kept)
}

/// Builds a program of the report that only some ask for, with the feature it needs, and gives its path.
///
/// # Errors
/// It does not compile, or the disk is full.
pub fn build_report(program: &str, feature: &str) -> anyhow::Result<PathBuf> {
    let is_new = !release(program).is_file();
    build(program, ["--package", "report", "--features", feature, "--bin", program], program, is_new)
}

fn build<const N: usize>(told: &str, what: [&str; N], program: &str, is_new: bool) -> anyhow::Result<PathBuf> {
    if is_new {
        eprintln!("building {told}; the first time, this takes some minutes");
    }
    let mut build = command(["build", "--release"].into_iter().chain(what));
    // Cargo's own progress bar belongs on a terminal, and to a build that takes its time.
    if !is_new || !io::stderr().is_terminal() {
        build.arg("--quiet");
    }
    if !status(&mut build)?.success() {
        bail!("cannot build {told}");
    }
    Ok(release(program))
}

/// Where cargo puts a program.
fn release(program: &str) -> PathBuf {
    target().join("release").join(format!("{program}{}", env::consts::EXE_SUFFIX))
}

/// Copies beside and renames: a program that is running is not overwritten.
fn keep(built: &PathBuf, kept: &PathBuf) -> io::Result<()> {
    let unchanged = || Some(fs::metadata(built).ok()?.modified().ok()? < fs::metadata(kept).ok()?.modified().ok()?);
    if unchanged() == Some(true) {
        return Ok(());
    }
    let beside = kept.with_extension(std::process::id().to_string());
    fs::create_dir_all(target().join("trainers"))?;
    fs::copy(built, &beside)?;
    fs::rename(&beside, kept)
}

fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace::folder().join("target"), |target| workspace::folder().join(target))
}

/// Runs a command to its end.
///
/// # Errors
/// It cannot be started.
pub fn status(command: &mut Command) -> anyhow::Result<ExitStatus> {
    command.status().with_context(|| command.get_program().display().to_string())
}
