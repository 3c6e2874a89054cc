//! The files of an analysis that the report reads.

use std::path::PathBuf;

use study::{Results, StudyFolder};

use crate::{
    archive::{self, Files},
    read,
};

/// The folder of the analysis in the bundle: the default of the notebook and `cargo xtask report`.
const RUNS: &str = "runs/analysis";
/// The files that the report reads of a run.
const RECORDS: [&str; 3] = ["run.toml", "history.csv", "summary.json"];
/// The other files that it reads of the best run.
const BEST: [&str; 3] = ["predictions.csv", "mistakes.csv", "model.safetensors"];

/// The records of the runs, and the best network.
///
/// # Errors
/// A file cannot be read.
pub fn of(folder: &StudyFolder, results: &Results) -> Result<Files, String> {
    let mut files = Files::new();
    let mut add = |path: PathBuf| -> Result<(), String> {
        if path.is_file() {
            files.insert(format!("{RUNS}/{}", archive::name(&path, folder.path())), read(&path)?);
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
