//! A folder of runs that are compared.
//!
//! `study.toml` says which experiments they belong to; each run has a folder in `runs/`. Experiments share the runs
//! that they have in common.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Experiment, RunConfig, RunFolder,
    experiment::Design,
    folder::{FolderError, write_whole},
};

/// Experiments, and which runs belong to their levels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Study {
    /// In the order of the report.
    pub experiments: Vec<Comparison>,
}

/// An experiment whose runs have names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What it compares.
    pub design: Design,
    /// Its levels.
    pub levels: Vec<ComparedLevel>,
}

/// A level whose runs have names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparedLevel {
    /// The values of the factors, then of the fields along.
    pub values: Vec<toml::Value>,
    /// The names of its runs, by seed.
    pub runs: Vec<String>,
}

/// A run of a study, to be trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The name of its folder.
    pub name: String,
    /// What it does.
    pub config: RunConfig,
}

impl Study {
    /// The study that these experiments make, and every run of it once.
    pub fn of(experiments: &[Experiment]) -> (Self, Vec<Trial>) {
        let mut trials = BTreeMap::new();
        let comparisons = experiments.iter().map(|experiment| {
            let levels = experiment.levels.iter().map(|level| {
                let name = |seed| {
                    let config = experiment.run(level, seed);
                    let name = name(&config);
                    trials.insert(name.clone(), config);
                    name
                };
                ComparedLevel { values: level.values.clone(), runs: (0..experiment.seeds).map(name).collect() }
            });
            Comparison { design: experiment.design.clone(), levels: levels.collect() }
        });
        let study = Self { experiments: comparisons.collect() };
        (study, trials.into_iter().map(|(name, config)| Trial { name, config }).collect())
    }
}

/// A name that tells the usual factors, and by its last part all others.
fn name(config: &RunConfig) -> String {
    let hash = Sha256::digest(toml::to_string(config).unwrap_or_default());
    format!(
        "lr{}-batch{}-dropout{}-{}seed{}-{:02x}{:02x}{:02x}",
        config.learning_rate,
        config.batch_size,
        config.dropout,
        if config.layer_norm { "norm-" } else { "" },
        config.seed,
        hash[0],
        hash[1],
        hash[2]
    )
}

/// A study on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyFolder {
    path: PathBuf,
}

impl StudyFolder {
    /// The study at this path, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of a run.
    pub fn run(&self, name: &str) -> RunFolder {
        RunFolder::at(self.path.join("runs").join(name))
    }

    /// Writes `study.toml`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, study: &Study) -> Result<(), FolderError> {
        let text = toml::to_string(study).map_err(|error| self.failed(std::io::Error::other(error)))?;
        write_whole(&self.study_toml(), text.as_bytes()).map_err(|reason| self.failed(reason))
    }

    /// Reads `study.toml`.
    ///
    /// # Errors
    /// The file cannot be read, or is not one.
    pub fn read(&self) -> Result<Study, FolderError> {
        let text = fs::read_to_string(self.study_toml()).map_err(|reason| self.failed(reason))?;
        toml::from_str(&text).map_err(|error| self.failed(std::io::Error::other(error.message().to_owned())))
    }

    fn study_toml(&self) -> PathBuf {
        self.path.join("study.toml")
    }

    fn failed(&self, reason: std::io::Error) -> FolderError {
        FolderError { path: self.study_toml(), reason }
    }
}
