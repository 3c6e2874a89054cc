//! Writes `report.pdf` into the folder of an analysis. `cargo xtask report --pdf` builds and starts
//! it.

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use report::analysis;
use study::StudyFolder;

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        host::errln!("error: expected the folder of an analysis");
        return ExitCode::from(2);
    };
    match write(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            host::errln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> Result<(), String> {
    let document =
        analysis::document(&StudyFolder::at(folder)).map_err(|error| error.to_string())?;
    pdf::write(&document, &folder.join("report.pdf"))
}
