//! `cargo xtask bundle`: everything that is handed in, in one file.

use std::{path::PathBuf, process::Command};

use crate::{analysis, cargo, program, workspace};

/// The flags of `bundle`.
#[derive(Debug, clap::Args)]
pub struct BundleFlags {
    /// Who hands it in: 1,2,3 makes 1_2_3.zip
    #[arg(long, required = true, value_delimiter = ',', value_name = "ID,ID,…", value_parser = id)]
    ids: Vec<String>,
    /// The folder of the analysis [default: runs/analysis]
    folder: Option<PathBuf>,
}

/// An id becomes part of a file's name.
fn id(text: &str) -> Result<String, String> {
    let fits = !text.is_empty()
        && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
    fits.then(|| text.to_owned())
        .ok_or_else(|| "expected letters and digits, ids parted by commas".to_owned())
}

/// Builds what executes the notebook, and has it write the bundle into the folder from which this
/// was started.
///
/// # Errors
/// There is no analysis, or the program does not compile.
pub fn bundle(flags: BundleFlags) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let folder = analysis::folder(flags.folder, &here);
    folder.read()?;
    let zip = flags.ids.join("_") + ".zip";
    let mut bundle = Command::new(program::other("bundle")?);
    bundle.arg(workspace::folder()).arg(folder.path()).arg(here.path(zip.as_ref()));
    let status = cargo::status(&mut bundle)?;
    if status.success() {
        host::outln!("{zip}");
    }
    Ok(cargo::code(status))
}
