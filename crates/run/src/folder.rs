//! The folder of a run.
//!
//! | file | content |
//! |---|---|
//! | `run.toml` | [`RunConfig`] and [`Provenance`]: the settings, the device, the data |
//! | `history.csv` | [`History`]: one row per epoch |
//! | `summary.json` | [`Summary`]: the outcome |
//! | `model.safetensors` | the final weights: see [`Keep`](crate::Keep) |
//! | `predictions.csv` | [`LabelledPrediction`]s: the prediction for each test image |
//! | `mistakes.csv` | [`Mistake`]s: the most confident mistakes on the test images |
//! | `checkpoints/best.safetensors` | the weights of the best epoch |
//! | `checkpoints/last/` | everything needed to resume |
//! | `loss.svg`, `loss.png`, `accuracy.svg`, `accuracy.png` | the learning curves |
//! | `learning-rate.svg`, `learning-rate.png` | the learning rate, if it changes |
//!
//! A run that was trained further, and has not finished since, still has the weights and the
//! predictions of its earlier end; [`Run::weights`](crate::Run::weights) knows.

mod parent;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use data::Classes;
use host::{FileError, Lock, output::check_folder, text::counted, write_whole};
use serde::Serialize;

use crate::{
    History, LabelledPrediction, Mistake, Outcome, Provenance, RunConfig, Summary, predictions,
};

const LOCK: &str = ".lock";
const RECORD: &str = "run.toml";
const HISTORY: &str = "history.csv";
const PREDICTIONS: &str = "predictions.csv";
const SUMMARY: &str = "summary.json";
/// The file of the most confident mistakes on the test images.
pub const MISTAKES: &str = "mistakes.csv";
/// The file of the final weights.
pub const MODEL: &str = "model.safetensors";

/// A run on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
    /// The lock and the folders that did not exist before this process made them, the deepest
    /// first.
    made: Vec<PathBuf>,
}

impl RunFolder {
    /// The run folder at this path, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), made: Vec::new() }
    }

    /// Creates the folder at this path, unless it exists. [`discard_unused`](Self::discard_unused)
    /// removes what this makes.
    ///
    /// # Errors
    /// The folder cannot be created, or another process holds its lock.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self, FileError> {
        let path = path.into();
        let lock = path.join(LOCK);
        let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
        let made = lock.ancestors().take_while(is_missing).map(Path::to_owned).collect();
        let folder = Self { path, made };
        folder.lock().map(drop)?;
        Ok(folder)
    }

    /// Creates the folder if it does not exist, and locks it against other processes, as far as the
    /// file system allows: see [`Lock`].
    ///
    /// # Errors
    /// The folder cannot be created, or another process holds the lock.
    pub fn lock(&self) -> Result<Lock, FileError> {
        let lock = Lock::try_take(&self.path.join(LOCK)).map_err(FileError::at(&self.path))?;
        let taken = || {
            io::Error::new(
                io::ErrorKind::ResourceBusy,
                "another process is at work in this folder; wait until it ends",
            )
        };
        lock.ok_or_else(|| FileError::at(&self.path)(taken()))
    }

    /// The path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses a file instead of a folder, and a folder with files other than those of a run.
    ///
    /// # Errors
    /// The path is refused, or the folder cannot be read.
    pub fn refuse_foreign(&self) -> Result<(), FileError> {
        check_folder(&self.path, &[])
    }

    /// Whether the folder holds a run.
    pub fn holds_run(&self) -> bool {
        self.run_toml().is_file()
    }

    /// The path of `run.toml`.
    pub fn run_toml(&self) -> PathBuf {
        self.path.join(RECORD)
    }

    /// The path of `model.safetensors`.
    pub fn model(&self) -> PathBuf {
        self.path.join(MODEL)
    }

    /// The path of `checkpoints/`.
    pub fn checkpoints(&self) -> PathBuf {
        self.path.join("checkpoints")
    }

    /// Removes what this value made, if there is no run in it and no other process has locked it.
    pub fn discard_unused(&self) {
        if self.made.is_empty() || !self.path.is_dir() {
            return;
        }
        let Ok(_lock) = self.lock() else { return };
        if !self.holds_run() {
            for path in &self.made {
                // A folder with other files stays.
                let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
            }
        }
    }

    /// Writes `run.toml`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_record(
        &self,
        config: &RunConfig,
        provenance: &Provenance,
    ) -> Result<(), FileError> {
        let text = to_toml(config, provenance)
            .map_err(|error| FileError::refused(&self.run_toml(), error))?;
        self.write(RECORD, text.as_bytes())
    }

    /// Writes `history.csv`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_history(&self, history: &History) -> Result<(), FileError> {
        let text = history.to_csv().map_err(FileError::at(&self.path.join(HISTORY)))?;
        self.write(HISTORY, &text)
    }

    /// Reads `history.csv`. Without the file, no epoch has ended: a run that ends in its first
    /// epoch without saving has none.
    ///
    /// # Errors
    /// The file cannot be read, or is not a history.
    pub fn read_history(&self) -> Result<History, FileError> {
        let path = self.path.join(HISTORY);
        match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(History::default()),
            text => text.and_then(|text| History::from_csv(&text)).map_err(FileError::at(&path)),
        }
    }

    /// Writes `summary.json`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_summary(&self, summary: &Summary) -> Result<(), FileError> {
        let text = serde_json::to_string_pretty(summary)
            .map_err(|error| FileError::at(&self.path.join(SUMMARY))(error.into()))?;
        self.write(SUMMARY, format!("{text}\n").as_bytes())
    }

    /// Removes `summary.json` if it exists, since the run goes on.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn remove_summary(&self) -> Result<(), FileError> {
        let path = self.path.join(SUMMARY);
        match fs::remove_file(&path) {
            Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
                Err(FileError::at(&path)(reason))
            }
            _ => Ok(()),
        }
    }

    /// Reads `summary.json`; none if the run has not ended.
    ///
    /// # Errors
    /// The file cannot be read, or is not a summary.
    pub fn read_summary(&self) -> Result<Option<Summary>, FileError> {
        let path = self.path.join(SUMMARY);
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text)
                .map(Some)
                .map_err(|error| FileError::at(&path)(error.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(reason) => Err(FileError::at(&path)(reason)),
        }
    }

    /// The summary and the history of a run that has ended; none if the run is not complete.
    ///
    /// # Errors
    /// A file cannot be read, or has another content, or both do not fit: one was changed, or a
    /// second process, which the [`lock`](Self::lock) did not stop, was killed.
    pub fn read_result(&self) -> Result<Option<(Summary, History)>, FileError> {
        let Some(summary) =
            self.read_summary()?.filter(|summary| summary.outcome != Outcome::Interrupted)
        else {
            return Ok(None);
        };
        let mut history = self.read_history()?;
        self.refuse_misfit(&summary, &history)?;
        history.truncate(summary.epochs);
        Ok(Some((summary, history)))
    }

    /// Refuses a summary of other epochs than those of the history.
    fn refuse_misfit(&self, summary: &Summary, history: &History) -> Result<(), FileError> {
        let Summary { outcome, epochs, kept_epoch, .. } = *summary;
        let known = history.epochs().len();
        let (file, reason) = match kept_epoch {
            _ if known < epochs => {
                let known = counted(known, "epoch");
                (HISTORY, format!("{known}; expected {epochs} or more, as in {SUMMARY}"))
            }
            _ if outcome == Outcome::Finished && epochs == 0 => {
                (SUMMARY, "epochs = 0; expected 1 or more in a run that finished".to_owned())
            }
            Some(kept) if !(1..=epochs).contains(&kept) => {
                (SUMMARY, format!("kept_epoch = {kept}; expected one from 1 to {epochs}"))
            }
            _ => return Ok(()),
        };
        Err(FileError::refused(&self.path.join(file), reason))
    }

    /// Writes `predictions.csv` and `mistakes.csv`, with the names of these classes.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write_predictions(
        &self,
        predictions: &[LabelledPrediction],
        mistakes: &[Mistake],
        classes: &Classes,
    ) -> Result<(), FileError> {
        let text = predictions::to_csv(predictions, classes);
        self.write(PREDICTIONS, &text.map_err(FileError::at(&self.path.join(PREDICTIONS)))?)?;
        let text = predictions::mistakes_to_csv(mistakes, classes);
        self.write(MISTAKES, &text.map_err(FileError::at(&self.path.join(MISTAKES)))?)
    }

    /// Reads `predictions.csv`.
    ///
    /// # Errors
    /// The file cannot be read, or holds no predictions of these classes.
    pub fn read_predictions(
        &self,
        classes: &Classes,
    ) -> Result<Vec<LabelledPrediction>, FileError> {
        let path = self.path.join(PREDICTIONS);
        fs::read(&path)
            .and_then(|text| predictions::from_csv(&text, classes))
            .map_err(FileError::at(&path))
    }

    /// Reads `mistakes.csv`.
    ///
    /// # Errors
    /// The file cannot be read, or holds no mistakes of these classes.
    pub fn read_mistakes(&self, classes: &Classes) -> Result<Vec<Mistake>, FileError> {
        let path = self.path.join(MISTAKES);
        fs::read(&path)
            .and_then(|text| predictions::mistakes_from_csv(&text, classes))
            .map_err(FileError::at(&path))
    }

    /// Writes a file with this name. It appears whole or not at all, even if the process dies.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), FileError> {
        write_whole(&self.path.join(name), content)
    }
}

/// The content of `run.toml`.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(flatten)]
    config: &'a RunConfig,
    provenance: &'a Provenance,
}

/// The text of `run.toml`, which is a valid configuration: `--config run.toml` repeats the run.
///
/// # Errors
/// A path is not valid Unicode.
fn to_toml(config: &RunConfig, provenance: &Provenance) -> Result<String, toml::ser::Error> {
    let body = toml::to_string(&Record { config, provenance })?;
    Ok(format!(
        "# The settings and circumstances of this run; [defaults] has the settings that were not \
         given. --config with this file repeats the run.\n{body}"
    ))
}
