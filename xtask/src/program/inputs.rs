//! Tells without cargo whether a program is up to date. Cargo needs 0.4 s to find that nothing has
//! changed, as long as a short training; this needs a millisecond.

use std::{
    env,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{cargo, workspace};

/// The files and the folder of the workspace from which programs are built.
const SOURCES: [&str; 5] =
    ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml", "crates"];

/// Records beside a kept program in which environment it was built, and when that build started. A
/// source that has changed since then may not be in it.
///
/// # Errors
/// The disk is full, for example.
pub fn record(kept: &Path, started: SystemTime) -> io::Result<()> {
    let record = record_of(kept);
    fs::write(&record, environment())?;
    File::options().append(true).open(record)?.set_modified(started)
}

/// Whether neither the sources nor the environment have changed since a program was built.
pub fn are_unchanged(kept: &Path) -> bool {
    let record = record_of(kept);
    let started = fs::metadata(&record).and_then(|record| record.modified());
    let is_same = fs::read_to_string(&record).is_ok_and(|recorded| recorded == environment());
    let is_older = |started| {
        SOURCES
            .iter()
            .all(|name| is_older(&workspace::folder().join(name), started).unwrap_or(false))
    };
    is_same && started.is_ok_and(is_older)
}

fn record_of(kept: &Path) -> PathBuf {
    kept.with_extension("inputs")
}

/// Whether a file, or a folder with all files in it, was last changed before this time.
fn is_older(path: &Path, time: SystemTime) -> io::Result<bool> {
    let metadata = fs::metadata(path)?;
    if metadata.modified()? >= time {
        return Ok(false);
    }
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            if !is_older(&entry?.path(), time)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// The variables that cargo, the compiler and build scripts read, and the age of the compiler and
/// of cargo's configuration outside the workspace.
fn environment() -> String {
    let is_relevant = |name: &str| {
        let prefixes = ["CARGO", "RUST", "CC", "CXX", "CFLAGS"];
        prefixes.iter().any(|prefix| name.starts_with(prefix)) && !cargo::is_of_xtask(name)
    };
    let mut lines: Vec<String> = env::vars_os()
        .filter(|(name, _)| name.to_str().is_some_and(is_relevant))
        .map(|(name, value)| format!("{name:?} = {value:?}"))
        .collect();
    lines.sort_unstable();
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")));
    let above = workspace::folder().ancestors().skip(1).map(|folder| folder.join(".cargo"));
    let configs = home.into_iter().chain(above).map(|folder| folder.join("config.toml"));
    // An update replaces the compiler under the same path.
    let compiler = env::var_os("CARGO").map(PathBuf::from);
    for file in configs.chain(compiler) {
        if let Ok(changed) = fs::metadata(&file).and_then(|file| file.modified()) {
            lines.push(format!("{file:?} of {changed:?}"));
        }
    }
    lines.join("\n")
}
