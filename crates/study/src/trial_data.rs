//! Refuses data before any trial runs: unusable data, and results of different data in one study. A
//! study keeps its runs, but the file that they have read may have another content by now. Paths
//! and times do not matter, only the content does.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use data::{ReadError, ReadOptions};
use host::text::counted;
use run::{
    Run, RunConfig,
    images::{self, RunImages, RunImagesError},
};

use crate::{StudyFolder, Trial};

/// Why a study cannot go on with its data. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum OtherDataError {
    /// The data cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The data have changed.
    #[error(
        "{}: this file has changed since {} in {} read it: its SHA-256 is {found}, expected \
         {expected}; restore the file, or choose another --out",
        data.display(),
        counted(*runs, "run"),
        folder.display()
    )]
    Changed {
        /// The file.
        data: PathBuf,
        /// The number of runs that have read it with another content.
        runs: usize,
        /// The folder of these runs.
        folder: PathBuf,
        /// The checksum of the file.
        found: String,
        /// The checksum that the first of the runs has recorded.
        expected: String,
    },
}

/// Refuses data files that have changed since trials have read them. Parsed data is kept in
/// `cache`. A trial whose record is missing or damaged has read nothing.
///
/// # Errors
/// A file has changed, or cannot be read.
pub fn refuse_changed(
    folder: &StudyFolder,
    trials: &[Trial],
    cache: &Path,
) -> Result<(), OtherDataError> {
    let begun: Vec<Run> =
        trials.iter().filter_map(|trial| Run::read(folder.run(&trial.name)).ok()).collect();
    for (data, options) in files(&begun) {
        let set = options.read_cached(data, cache)?;
        let others = begun.iter().filter_map(|run| run.other_sha256(data, set.sha256()));
        let others: Vec<&str> = others.collect();
        if let Some(expected) = others.first() {
            return Err(OtherDataError::Changed {
                data: data.to_owned(),
                runs: others.len(),
                folder: folder.path().to_owned(),
                found: set.sha256().to_owned(),
                expected: (*expected).to_owned(),
            });
        }
    }
    Ok(())
}

/// Refuses data that a trial cannot use, before the first trial starts, and returns the warnings
/// about the others, each once. Parsed data is kept in `cache`.
///
/// # Errors
/// A file cannot be read, or its rows cannot be limited or split.
pub fn refuse_unusable(trials: &[Trial], cache: &Path) -> Result<BTreeSet<String>, RunImagesError> {
    let mut checked: Vec<&RunConfig> = Vec::new();
    let mut warnings = BTreeSet::new();
    for Trial { config, .. } in trials {
        if !checked.iter().any(|other| images::are_the_same(config, other)) {
            warnings.extend(RunImages::read(config, Some(cache))?.warnings(config));
            checked.push(config);
        }
    }
    Ok(warnings)
}

/// The training and test files of these runs, each once.
fn files(runs: &[Run]) -> Vec<(&Path, ReadOptions)> {
    let mut files = Vec::new();
    for Run { config, .. } in runs {
        let train = Some((config.data.as_path(), config.read_options()));
        let test = config.test_data.as_deref().map(|data| (data, config.test_read_options()));
        for file in [train, test].into_iter().flatten() {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    files
}
