//! `cargo xtask demo`: a web page to draw digits on, with the predictions of a network.

use std::path::PathBuf;

use host::OutputFile;
use report::demo::{self, Demo};
use run::Trained;

use crate::{network, usage::OrUsage, workspace};

/// The flags of `demo`.
#[derive(Debug, clap::Args)]
pub struct DemoFlags {
    /// Run folder or .safetensors file [default: the latest finished run in runs/]
    run: Option<PathBuf>,
    /// Page to write
    #[arg(long, value_name = "FILE", default_value = "demo.html")]
    out: PathBuf,
}

/// Writes the page, and returns the exit code.
///
/// # Errors
/// There is no such network, or the page cannot be written or is another file.
pub fn demo(flags: DemoFlags) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let out = OutputFile::of(&here.path(&flags.out), demo::FILE)?;
    let trained = Trained::find(flags.run.map(|run| here.path(&run)).as_deref()).or_usage()?;
    let Trained { weights, run } = &trained;
    let demo = match run {
        Some(run) if run.folder.model() == *weights && run.summary.is_some() => {
            Demo::of_run(&run.folder)?
        }
        _ => Demo::of_file(weights)?,
    };
    network::metadata_of(&trained, &here)?;
    network::suggest_better(run.as_ref());
    out.write(demo.page().as_bytes())?;
    out.tell(format_args!(
        "{}, with {}; open it in a browser",
        flags.out.display(),
        here.show(weights).display()
    ));
    Ok(0)
}
