//! `cargo xtask export`: a trained network as ONNX.

use std::{fs, io, path::PathBuf};

use host::{FileError, FileKind, OutputFile};
use model::onnx;
use run::Trained;

use crate::{usage::OrUsage, workspace};

/// What [`onnx`] writes: the version of the format, and the producer.
const FILE: FileKind = FileKind {
    name: "network of `cargo xtask export`",
    is: |head| head.starts_with(b"\x08\x08\x12\x06digits"),
};

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
/// There is no such network, or the file cannot be written or is another.
pub fn export(flags: ExportFlags) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let out = OutputFile::of(&here.path(&flags.out), FILE)?;
    let weights =
        Trained::find(flags.run.map(|run| here.path(&run)).as_deref()).or_usage()?.weights;
    let model = fs::read(&weights)
        .and_then(|bytes| onnx::from_safetensors(&bytes).map_err(io::Error::other));
    let model = model.map_err(FileError::at(&weights))?;
    out.write(&model)?;
    out.tell(format_args!("{}, of {}", flags.out.display(), here.show(&weights).display()));
    Ok(0)
}
