//! Everything that is handed in, as one `.zip`: the workspace as git would have it, the notebook executed on an analysis
//! and as PDF, the report of the analysis, and the records of its runs. Unpacked, all of it works in its place.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    io::{self, Cursor, Write},
    path::{Path, PathBuf},
    process::Command,
};

use ignore::WalkBuilder;
use run::folder::write_whole;
use study::{StudyFolder, results};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    analysis,
    notebook::{Notebook, kernel},
};

/// The notebook, in the workspace.
const NOTEBOOK: &str = "experiments/analysis.ipynb";
/// Where the analysis is in the bundle: where the notebook and `cargo xtask report` look for it.
const RUNS: &str = "runs/analysis";
/// What the report reads of a run.
const RECORDS: [&str; 3] = ["run.toml", "history.csv", "summary.json"];
/// What it reads of the best run as well.
const BEST: [&str; 3] = ["predictions.csv", "mistakes.csv", "model.safetensors"];

const CONTENTS: &str = "\
analysis.pdf                  the notebook, as PDF
experiments/analysis.ipynb    the notebook
report.html, report.pdf       the report of the analysis
results.csv                   a row for each run
runs/analysis/                the records of the runs, and the best network
README.md and all else        the sources
";

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The report is written.
    Report,
    /// A cell of the notebook is executed.
    Cell {
        /// How many are done.
        done: usize,
        /// How many there are.
        all: usize,
    },
    /// Everything is packed.
    Packing,
}

/// Files by their paths in the bundle.
type Files = BTreeMap<String, Vec<u8>>;

/// Writes the bundle of a workspace and an analysis; the folder of the analysis keeps what is made for it.
/// `typesetter` is the program `report-pdf`, and `tells` is told what is being done.
///
/// # Errors
/// In one line: there is no such analysis, the notebook fails, or the disk does.
pub fn write(
    workspace: &Path,
    folder: &StudyFolder,
    zip: &Path,
    typesetter: &Path,
    tells: impl Fn(Step),
) -> Result<(), String> {
    tells(Step::Report);
    analysis::write(folder).map_err(told)?;
    set(typesetter, folder.path())?;
    let executed = execute(workspace, folder, &tells)?;
    set(typesetter, &executed)?;

    tells(Step::Packing);
    let results = results::read(folder).map_err(told)?;
    let mut files = sources(workspace)?;
    files.extend(records(folder, &results)?);
    files.insert(NOTEBOOK.to_owned(), read(&executed)?);
    files.insert("CONTENTS.txt".to_owned(), CONTENTS.into());
    for name in ["analysis.pdf", "report.html", "report.pdf", "results.csv"] {
        files.insert(name.to_owned(), read(&folder.path().join(name))?);
    }
    let packed = pack(&files).map_err(told)?;
    write_whole(zip, &packed).map_err(|error| failed(zip, error))
}

/// Executes the notebook on the analysis, and gives where it is then.
fn execute(workspace: &Path, study: &StudyFolder, tells: &impl Fn(Step)) -> Result<PathBuf, String> {
    let path = workspace.join(NOTEBOOK);
    let mut notebook = Notebook::read(&path).map_err(told)?;
    let runs = fs::canonicalize(study.path()).map_err(|error| failed(study.path(), error))?;
    let folder = path.parent().unwrap_or(workspace);
    kernel::execute(&mut notebook, folder, &runs, |done, all| tells(Step::Cell { done, all }))?;
    let executed = runs.join("analysis.ipynb");
    write_whole(&executed, &notebook.to_json().map_err(told)?).map_err(|error| failed(&executed, error))?;
    Ok(executed)
}

/// Makes a PDF of an analysis or a notebook.
fn set(typesetter: &Path, what: &Path) -> Result<(), String> {
    let status = Command::new(typesetter).arg(what).status().map_err(|error| failed(typesetter, error))?;
    if status.success() { Ok(()) } else { Err(format!("{}: there is no PDF of it", what.display())) }
}

fn failed(path: &Path, error: io::Error) -> String {
    format!("{}: {error}", path.display())
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The files of the workspace that git would not ignore.
fn sources(workspace: &Path) -> Result<Files, String> {
    let mut files = Files::new();
    let walk = WalkBuilder::new(workspace)
        .hidden(false)
        .parents(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != OsStr::new(".git"))
        .build();
    for entry in walk {
        let entry = entry.map_err(told)?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            files.insert(name(entry.path(), workspace), read(entry.path())?);
        }
    }
    Ok(files)
}

/// What the report reads of the runs, and the network that did best.
fn records(folder: &StudyFolder, results: &results::Results) -> Result<Files, String> {
    let mut files = Files::new();
    let mut add = |path: PathBuf| -> Result<(), String> {
        if path.is_file() {
            files.insert(format!("{RUNS}/{}", name(&path, folder.path())), read(&path)?);
        }
        Ok(())
    };
    add(folder.path().join("study.toml"))?;
    let best = results.best().map(|trial| trial.name.as_str());
    for trial in results.completed() {
        let run = folder.run(&trial.name);
        let more = if best == Some(trial.name.as_str()) { &BEST[..] } else { &[] };
        for file in RECORDS.iter().chain(more) {
            add(run.path().join(file))?;
        }
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| failed(path, error))
}

/// A path within a folder, as archives have it.
fn name(path: &Path, folder: &Path) -> String {
    let parts = path.strip_prefix(folder).unwrap_or(path).iter().map(OsStr::to_string_lossy);
    parts.collect::<Vec<_>>().join("/")
}

/// The same files give the same bytes: archives can tell times, this one does not.
fn pack(files: &Files) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let permissions = if content.starts_with(b"#!") { 0o755 } else { 0o644 };
        zip.start_file(name, options.unix_permissions(permissions))?;
        zip.write_all(content)?;
    }
    Ok(zip.finish()?.into_inner())
}
