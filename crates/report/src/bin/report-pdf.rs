//! Makes a PDF: of an analysis, given its folder, or of a notebook. `cargo xtask report --pdf` builds and starts it.

use std::{env, path::Path, process::ExitCode};

use report::{
    ReportError, analysis,
    document::pdf,
    notebook::{Notebook, paper},
};
use run::folder::{FolderError, write_whole};
use study::StudyFolder;

fn main() -> ExitCode {
    let Some(given) = env::args_os().nth(1) else {
        eprintln!("error: expected the folder of an analysis, or a notebook");
        return ExitCode::from(2);
    };
    let given = Path::new(&given);
    let set = if given.extension().is_some_and(|extension| extension == "ipynb") { of_notebook } else { of_study };
    match set(given) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// `report.pdf` in the folder.
fn of_study(folder: &Path) -> Result<(), ReportError> {
    let document = analysis::document(&StudyFolder::at(folder))?;
    write(&folder.join("report.pdf"), pdf::of(&document))
}

/// A PDF beside the notebook.
fn of_notebook(path: &Path) -> Result<(), ReportError> {
    let document = paper::of(&Notebook::read(path)?);
    write(&path.with_extension("pdf"), pdf::of(&document))
}

fn write(path: &Path, pdf: Result<Vec<u8>, String>) -> Result<(), ReportError> {
    let pdf = pdf.map_err(|reason| ReportError::Picture { picture: "PDF", reason })?;
    write_whole(path, &pdf).map_err(|reason| FolderError { path: path.to_owned(), reason })?;
    Ok(())
}
