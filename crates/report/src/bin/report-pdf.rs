//! Writes `report.pdf` into the folder of an analysis: `cargo xtask report --pdf` builds and starts it.

use std::{env, path::PathBuf, process::ExitCode};

use report::{ReportError, study};
use run::StudyFolder;

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1) else {
        eprintln!("error: expected the folder of an analysis");
        return ExitCode::from(2);
    };
    match write(folder.into()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: PathBuf) -> Result<(), ReportError> {
    study::write_pdf(&StudyFolder::at(folder))
}
