//! `cargo xtask bundle`: the files to hand in, as one zip.

use std::{path::PathBuf, process::Command};

use host::OutputFile;
use study::folder::BUNDLE;

use crate::{analysis, cargo, program, workspace};

/// The flags of `bundle`.
#[derive(Debug, clap::Args)]
pub struct BundleFlags {
    /// Ids of the authors, which name the file: 1,2,3 gives 1_2_3.zip
    #[arg(long, required = true, value_delimiter = ',', value_name = "ID,ID,…", value_parser = id)]
    ids: Vec<String>,
    /// Folder of the analysis [default: runs/analysis]
    folder: Option<PathBuf>,
}

/// Parses an id, which becomes part of a file name.
fn id(text: &str) -> Result<String, String> {
    let fits = !text.is_empty()
        && text.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
    fits.then(|| text.to_owned())
        .ok_or_else(|| "expected letters and digits, ids separated by commas".to_owned())
}

/// Builds and starts the program `bundle`, which writes the zip into the folder of the user.
///
/// # Errors
/// There is no analysis, another file is in the place of the zip, or the program does not compile.
pub fn bundle(flags: BundleFlags) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let folder = analysis::existing(flags.folder, &here)?;
    folder.read()?;
    let zip = flags.ids.join("_") + ".zip";
    OutputFile::of(&here.path(zip.as_ref()), BUNDLE)?;
    let mut bundle = Command::new(program::other("bundle")?);
    bundle.arg(workspace::folder()).arg(folder.path()).arg(here.path(zip.as_ref()));
    let code = cargo::run(&mut bundle)?;
    if code == 0 {
        host::outln!("{zip}");
    }
    Ok(code)
}
