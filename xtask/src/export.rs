//! `cargo xtask export`: a trained network as ONNX.

use std::{fs, io, path::PathBuf};

use host::{FileError, write_whole};
use model::onnx;
use run::Trained;

use crate::{usage::OrUsage, workspace};

/// The flags of `export`.
#[derive(Debug, clap::Args)]
pub struct ExportFlags {
    /// Run folder or .safetensors file [default: the latest finished run in runs/]
    run: Option<PathBuf>,
    /// ONNX file to write
    #[arg(long, value_name = "FILE", default_value = "model.onnx")]
    out: PathBuf,
}

/// Writes the file, and returns the exit code.
///
/// # Errors
/// There is no such network, or the file cannot be written.
pub fn export(flags: ExportFlags) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let weights =
        Trained::find(flags.run.map(|run| here.path(&run)).as_deref()).or_usage()?.weights;
    let model = fs::read(&weights)
        .and_then(|bytes| onnx::from_safetensors(&bytes).map_err(io::Error::other));
    let model = model.map_err(FileError::at(&weights))?;
    write_whole(&here.path(&flags.out), &model)?;
    host::outln!("{}, of {}", flags.out.display(), here.show(&weights).display());
    Ok(0)
}
