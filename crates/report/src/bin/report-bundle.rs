//! Writes everything that is handed in into one file: `cargo xtask bundle` builds and starts it.

use std::{
    env, io,
    path::{self, PathBuf},
    process::ExitCode,
};

use report::{bundle, notebook::kernel};
use run::StudyFolder;

fn main() -> ExitCode {
    kernel::hook();
    // The notebook is executed in its own folder, where relative paths would mean something else.
    let arguments: io::Result<Vec<PathBuf>> = env::args_os().skip(1).map(path::absolute).collect();
    let arguments = arguments.unwrap_or_default();
    let [workspace, folder, zip, typesetter] = &arguments[..] else {
        eprintln!("error: expected the workspace, the folder of an analysis, the path of a .zip, and the typesetter");
        return ExitCode::from(2);
    };
    match bundle::write(workspace, &StudyFolder::at(folder), zip, typesetter, |step| println!("{step}")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
