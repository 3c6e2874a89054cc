//! The bundle to hand in, one `.zip`: the sources, the notebook, executed on an analysis, and its
//! PDF, the report of the analysis, and the records of its runs. Unpacked, everything works from
//! there.
//!
//! 1. [`notebook`] executes the notebook, and turns it into a document.
//! 2. [`sources`] chooses the files of the workspace: those that git tracks, except secrets.
//! 3. [`records`] chooses the files of the runs: those that the report reads.
//! 4. [`archive`] packs the files; the same files give the same bytes.

pub mod archive;
pub mod notebook;
pub mod records;
pub mod sources;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use host::{OutputFile, write_whole};
use study::{StudyFolder, folder::CONTENTS as CONTENTS_NAME, results};

use notebook::{Notebook, document, kernel};
use sources::Sources;

/// The notebook, in the workspace.
const NOTEBOOK: &str = "experiments/analysis.ipynb";

const CONTENTS: &str = "\
analysis.pdf                  the notebook, as PDF
experiments/analysis.ipynb    the notebook
report.html, report.pdf       the report of the analysis
results.csv                   a row for each run
runs/analysis/                the records of the runs, and the best network
README.md, crates/ and more   the sources
";

/// A step of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The report is written.
    Report,
    /// A cell of the notebook is executed.
    Cell {
        /// The number of executed cells.
        done: usize,
        /// The number of all cells.
        all: usize,
    },
    /// The files are packed.
    Packing,
}

/// Writes the bundle of a workspace and an analysis; the executed notebook and the PDFs stay in the
/// folder of the analysis. `on_step` is called as each step begins. Returns lines on what was
/// packed: a line with name and reason for each file of the workspace that was left out.
///
/// # Errors
/// One line: the analysis does not exist, or the notebook or the disk fails.
pub fn write(
    workspace: &Path,
    folder: &StudyFolder,
    zip: &OutputFile,
    on_step: impl Fn(Step),
) -> Result<Vec<String>, String> {
    on_step(Step::Report);
    analysis_report(folder)?;
    let executed = execute(workspace, folder, &on_step)?;

    on_step(Step::Packing);
    let Sources { mut files, notes } = sources::of(workspace)?;
    files.extend(records::of(folder, &results::read(folder).map_err(in_a_line)?)?);
    files.insert(NOTEBOOK.to_owned(), read(&executed)?);
    files.insert(CONTENTS_NAME.to_owned(), CONTENTS.into());
    for name in ["analysis.pdf", "report.html", "report.pdf", "results.csv"] {
        files.insert(name.to_owned(), read(&folder.path().join(name))?);
    }
    let packed = archive::pack(&files).map_err(in_a_line)?;
    zip.write(&packed).map_err(in_a_line)?;
    Ok(notes)
}

fn analysis_report(folder: &StudyFolder) -> Result<(), String> {
    report::analysis::write(folder).map_err(in_a_line)?;
    let document = report::analysis::document(folder).map_err(in_a_line)?;
    pdf::write(&document, &folder.path().join("report.pdf"))
}

/// Executes the notebook on the analysis, writes it and its PDF there, and returns its path.
fn execute(
    workspace: &Path,
    study: &StudyFolder,
    on_step: &impl Fn(Step),
) -> Result<PathBuf, String> {
    let path = workspace.join(NOTEBOOK);
    let mut notebook = Notebook::read(&path).map_err(in_a_line)?;
    let runs = fs::canonicalize(study.path()).map_err(|error| failed(study.path(), error))?;
    let folder = path.parent().unwrap_or(workspace);
    kernel::execute(&mut notebook, folder, &runs, |done, all| on_step(Step::Cell { done, all }))?;
    let executed = runs.join("analysis.ipynb");
    write_whole(&executed, &notebook.to_json().map_err(in_a_line)?).map_err(in_a_line)?;
    pdf::write(&document::of(&notebook), &executed.with_extension("pdf"))?;
    Ok(executed)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| failed(path, error))
}

fn failed(path: &Path, error: io::Error) -> String {
    format!("{}: {error}", path.display())
}

fn in_a_line(error: impl std::fmt::Display) -> String {
    error.to_string()
}
