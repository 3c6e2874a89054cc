//! Writes the bundle to hand in. `cargo xtask bundle` builds and starts this program.

use std::{
    env, io,
    path::{self, PathBuf},
    process::ExitCode,
};

use bundle::{Step, notebook::kernel};
use host::{
    OutputFile,
    progress::{self, ProgressBar},
};
use study::{StudyFolder, folder::BUNDLE};

fn main() -> ExitCode {
    kernel::hook();
    // The notebook is executed in its own folder, where relative paths would be wrong.
    let arguments: io::Result<Vec<PathBuf>> = env::args_os().skip(1).map(path::absolute).collect();
    let arguments = arguments.unwrap_or_default();
    let [workspace, folder, zip] = &arguments[..] else {
        host::errln!(
            "error: expected the workspace, the folder of an analysis, and the path of a .zip"
        );
        return ExitCode::from(2);
    };
    let bar = progress::bar(None, "{pos} of {len} cells of the notebook  {eta} left");
    let show = |step| show(bar.as_ref(), step);
    let written = OutputFile::of(zip, BUNDLE)
        .map_err(|error| error.to_string())
        .and_then(|zip| bundle::write(workspace, &StudyFolder::at(folder), &zip, show));
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    match written {
        Ok(notes) => {
            notes.iter().for_each(|note| host::outln!("{note}"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            host::errln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Shows the progress: on a terminal as a bar over the cells of the notebook, which take nearly all
/// the time; elsewhere as a line for each step.
fn show(bar: Option<&ProgressBar>, step: Step) {
    match (bar, step) {
        (Some(bar), Step::Cell { done, all }) => {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        }
        (Some(_), _) => {}
        (None, Step::Report) => host::outln!("writing the report"),
        (None, Step::Cell { done, all }) => {
            host::outln!("executing cell {} of {all} of the notebook", done + 1)
        }
        (None, Step::Packing) => host::outln!("packing"),
    }
}
