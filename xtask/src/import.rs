//! Imports images that need decoders of pictures: folders of pictures, and Parquet.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, bail};
use data::{ReadOptions, import::Foreign};
use host::{child, stop};

use crate::{network::temporary, program, workspace};

/// Imports the images of a path into the cache, if they are in such a form and not there yet. All
/// others are read as they are.
///
/// # Errors
/// The program does not compile, or the images cannot be read.
pub fn prepare(path: &Path, options: &ReadOptions) -> anyhow::Result<()> {
    let cache = workspace::cache();
    if Foreign::of(path).is_none() || options.is_imported(path, &cache) {
        return Ok(());
    }
    let program = program::other("import")?;
    let folder = temporary()?;
    let file = folder.path().join("options.json");
    fs::write(&file, serde_json::to_vec(options)?).with_context(|| file.display().to_string())?;
    let mut command = Command::new(&program);
    command.arg(path).arg("--options").arg(&file).arg("--cache").arg(&cache);
    let output = command.output().with_context(|| program.display().to_string())?;
    if output.status.success() {
        return Ok(());
    }
    stop::check()?;
    if let Some(killed) = child::killed(output.status) {
        bail!("the program import was {killed}");
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let last = told.lines().last().unwrap_or("the import failed");
    bail!("{}", last.strip_prefix("error: ").unwrap_or(last))
}
