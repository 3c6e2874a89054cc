//! The folder of a run.
//!
//! | file | what it holds |
//! |---|---|
//! | `run.toml` | [`RunRecord`]: what it did, where, from what |
//! | `history.csv` | [`History`]: one row per epoch |
//! | `summary.json` | [`Summary`]: how it ended |
//! | `model.safetensors` | the weights that the run keeps: see [`Keep`](crate::Keep) |
//! | `predictions.csv` | [`Prediction`]s: what these weights predict for each test image |
//! | `mistakes.csv` | [`Mistake`]s: the test images that they get wrong most confidently |
//! | `checkpoints/best.safetensors` | the weights of the best epoch |
//! | `checkpoints/last/` | everything needed to resume |
//! | `loss.svg`, `loss.png`, `accuracy.svg`, `accuracy.png` | the learning curves |
//! | `learning-rate.svg`, `learning-rate.png` | the learning rate, if it changes |

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use atomic_write_file::AtomicWriteFile;
use same_file::Handle;

use crate::{History, Mistake, Outcome, Prediction, RunRecord, Summary, predictions};

const LOCK: &str = ".lock";
const RECORD: &str = "run.toml";
const HISTORY: &str = "history.csv";
const PREDICTIONS: &str = "predictions.csv";
const SUMMARY: &str = "summary.json";
/// The test images that the network got wrong most confidently.
pub const MISTAKES: &str = "mistakes.csv";
/// The weights that the run keeps.
pub const MODEL: &str = "model.safetensors";

/// A run on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFolder {
    path: PathBuf,
}

/// While one lives, no other process writes to the folder.
#[derive(Debug)]
pub struct Lock(File);

/// Closing the file is not enough: a program that another thread is just starting holds a copy of
/// it for a moment, and the lock with it.
impl Drop for Lock {
    fn drop(&mut self) {
        // Should it fail, closing the file is what is left.
        let _ = self.0.unlock();
    }
}

/// A file of a run that cannot be read or written. Its text is one line.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct FolderError {
    /// The file.
    pub path: PathBuf,
    /// What the system or the parser says.
    pub reason: io::Error,
}

impl FolderError {
    /// Whether another process is at work there.
    pub fn is_taken(&self) -> bool {
        self.reason.kind() == io::ErrorKind::ResourceBusy
    }
}

impl RunFolder {
    /// The folder at this path, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Creates the next free numbered folder in `parent`: `001`, `002`, …. Two processes never get
    /// the same.
    ///
    /// # Errors
    /// No folder can be created there.
    pub fn next_in(parent: &Path) -> Result<Self, FolderError> {
        let failed = |reason| FolderError { path: parent.to_owned(), reason };
        fs::create_dir_all(parent).map_err(failed)?;
        let mut number = Self::numbers(parent).map_err(failed)?.last().map_or(1, |last| last + 1);
        loop {
            let path = parent.join(format!("{number:03}"));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(reason) => return Err(FolderError { path, reason }),
            }
        }
    }

    /// The numbered folder in `parent` with the highest number that holds a run.
    pub fn latest_in(parent: &Path) -> Option<Self> {
        Self::latest_first(parent).find(Self::holds_run)
    }

    /// The numbered folder in `parent` with the highest number that holds a run that has finished.
    pub fn latest_trained_in(parent: &Path) -> Option<Self> {
        Self::latest_first(parent).find(|folder| folder.holds_run() && folder.model().is_file())
    }

    fn latest_first(parent: &Path) -> impl Iterator<Item = Self> {
        let numbers = Self::numbers(parent).unwrap_or_default();
        numbers.into_iter().rev().map(|number| Self::at(parent.join(format!("{number:03}"))))
    }

    fn numbers(parent: &Path) -> io::Result<Vec<u32>> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(parent)? {
            numbers.extend(entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Creates the folder, if need be, and keeps other processes out of it: on other machines as
    /// well, if the file system locks files across them. One that locks none at all, as Lustre may
    /// be mounted, keeps nobody out.
    ///
    /// # Errors
    /// The folder cannot be created, or another process is at work in it.
    pub fn lock(&self) -> Result<Lock, FolderError> {
        let failed = |reason| FolderError { path: self.path.clone(), reason };
        let path = self.path.join(LOCK);
        loop {
            fs::create_dir_all(&self.path).map_err(failed)?;
            let file = match File::create(&path) {
                // Another process has just removed the folder that it did not need.
                Err(reason) if reason.kind() == io::ErrorKind::NotFound => continue,
                file => file.map_err(failed)?,
            };
            match file.try_lock() {
                // Between opening and locking it, the process that had it may have removed the file
                // with the folder.
                Ok(()) if is_at(&file, &path).map_err(failed)? => return Ok(Lock(file)),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(failed(io::Error::new(
                        io::ErrorKind::ResourceBusy,
                        "another process is at work in this run folder; wait for it or choose \
                         another --out",
                    )));
                }
                Err(TryLockError::Error(reason)) if reason.kind() == io::ErrorKind::Unsupported => {
                    return Ok(Lock(file));
                }
                Err(TryLockError::Error(reason)) => return Err(failed(reason)),
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses a file where the folder should be, and a folder that holds anything else.
    ///
    /// # Errors
    /// It is refused, or cannot be read.
    pub fn refuse_foreign(&self) -> Result<(), FolderError> {
        refuse_foreign(&self.path, &[])
    }

    /// Whether a run was started here.
    pub fn holds_run(&self) -> bool {
        self.run_toml().is_file()
    }

    /// `run.toml`.
    pub fn run_toml(&self) -> PathBuf {
        self.path.join(RECORD)
    }

    /// `model.safetensors`.
    pub fn model(&self) -> PathBuf {
        self.path.join(MODEL)
    }

    /// `checkpoints/`.
    pub fn checkpoints(&self) -> PathBuf {
        self.path.join("checkpoints")
    }

    /// Removes the folder if no run was started in it, and no other process is about to.
    pub fn discard_unused(&self) {
        if !self.path.is_dir() {
            return;
        }
        let Ok(_lock) = self.lock() else { return };
        if !self.holds_run() {
            // Anything else in it keeps it, as it should.
            let _ = fs::remove_file(self.path.join(LOCK));
            let _ = fs::remove_dir(&self.path);
        }
    }

    /// Writes `run.toml`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_record(&self, record: &RunRecord) -> Result<(), FolderError> {
        let text = record.to_toml().map_err(|error| FolderError {
            path: self.run_toml(),
            reason: io::Error::other(error),
        })?;
        self.write(RECORD, text.as_bytes())
    }

    /// Writes `history.csv`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_history(&self, history: &History) -> Result<(), FolderError> {
        let text = history
            .to_csv()
            .map_err(|reason| FolderError { path: self.path.join(HISTORY), reason })?;
        self.write(HISTORY, &text)
    }

    /// Reads `history.csv`.
    ///
    /// # Errors
    /// The file cannot be read, or is not one.
    pub fn read_history(&self) -> Result<History, FolderError> {
        let path = self.path.join(HISTORY);
        fs::read(&path)
            .and_then(|text| History::from_csv(&text))
            .map_err(|reason| FolderError { path, reason })
    }

    /// Writes `summary.json`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_summary(&self, summary: &Summary) -> Result<(), FolderError> {
        let text = serde_json::to_string_pretty(summary)
            .map_err(|error| FolderError { path: self.path.join(SUMMARY), reason: error.into() })?;
        self.write(SUMMARY, format!("{text}\n").as_bytes())
    }

    /// Removes `summary.json`, if it is there: the run has not ended.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn remove_summary(&self) -> Result<(), FolderError> {
        let path = self.path.join(SUMMARY);
        match fs::remove_file(&path) {
            Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
                Err(FolderError { path, reason })
            }
            _ => Ok(()),
        }
    }

    /// Reads `summary.json`; none if the run has not ended.
    ///
    /// # Errors
    /// The file cannot be read, or is not one.
    pub fn read_summary(&self) -> Result<Option<Summary>, FolderError> {
        let path = self.path.join(SUMMARY);
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text)
                .map(Some)
                .map_err(|error| FolderError { path, reason: error.into() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(reason) => Err(FolderError { path, reason }),
        }
    }

    /// How the run ended, and its epochs; none if there is more of it to do. That it has fewer
    /// epochs than it ended with comes of a second process that a [`lock`](Self::lock) did not keep
    /// out, and was killed later: it is done once more.
    ///
    /// # Errors
    /// A file cannot be read, or is not one.
    pub fn read_result(&self) -> Result<Option<(Summary, History)>, FolderError> {
        let Some(summary) =
            self.read_summary()?.filter(|summary| summary.outcome != Outcome::Interrupted)
        else {
            return Ok(None);
        };
        // A run that diverged in its first epoch has no history.
        let mut history =
            if summary.epochs == 0 { History::default() } else { self.read_history()? };
        if history.epochs().len() < summary.epochs {
            return Ok(None);
        }
        history.truncate(summary.epochs);
        Ok(Some((summary, history)))
    }

    /// Writes `predictions.csv` and `mistakes.csv`.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write_predictions(
        &self,
        predictions: &[Prediction],
        mistakes: &[Mistake],
    ) -> Result<(), FolderError> {
        let failed = |name: &str, reason| FolderError { path: self.path.join(name), reason };
        let text =
            predictions::to_csv(predictions).map_err(|reason| failed(PREDICTIONS, reason))?;
        self.write(PREDICTIONS, &text)?;
        let text =
            predictions::mistakes_to_csv(mistakes).map_err(|reason| failed(MISTAKES, reason))?;
        self.write(MISTAKES, &text)
    }

    /// Reads `predictions.csv`.
    ///
    /// # Errors
    /// The file cannot be read, or is not one.
    pub fn read_predictions(&self) -> Result<Vec<Prediction>, FolderError> {
        let path = self.path.join(PREDICTIONS);
        fs::read(&path)
            .and_then(|text| predictions::from_csv(&text))
            .map_err(|reason| FolderError { path, reason })
    }

    /// Reads `mistakes.csv`.
    ///
    /// # Errors
    /// The file cannot be read, or is not one.
    pub fn read_mistakes(&self) -> Result<Vec<Mistake>, FolderError> {
        let path = self.path.join(MISTAKES);
        fs::read(&path)
            .and_then(|text| predictions::mistakes_from_csv(&text))
            .map_err(|reason| FolderError { path, reason })
    }

    /// Writes a file of this name. It appears whole or not at all, also if the process dies.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), FolderError> {
        let path = self.path.join(name);
        write_whole(&path, content).map_err(|reason| FolderError { path, reason })
    }
}

/// Refuses a file where a folder should be, and a folder that holds anything but what may be
/// `expected` there: we would overwrite what has the names of our files. Hidden files are in
/// nobody's way.
///
/// # Errors
/// It is refused, or cannot be read.
pub fn refuse_foreign(folder: &Path, expected: &[&str]) -> Result<(), FolderError> {
    let failed = |reason| FolderError { path: folder.to_owned(), reason };
    if folder.is_file() {
        return Err(failed(io::Error::other(
            "this is a file; expected a folder, or a name that is free",
        )));
    }
    if folder.is_symlink() && !folder.exists() {
        return Err(failed(io::Error::other(
            "this link leads nowhere; expected a folder, or a name that is free",
        )));
    }
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(failed)?,
    };
    for entry in entries {
        let name = entry.map_err(failed)?.file_name();
        let shown = name.display().to_string();
        if !shown.starts_with('.') && !expected.contains(&shown.as_str()) {
            let reason = format!(
                "this folder holds other files, for example {shown}; choose an empty one, or a new \
                 name"
            );
            return Err(failed(io::Error::other(reason)));
        }
    }
    Ok(())
}

/// Whether this is the file at this path.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let there = match Handle::from_path(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        there => there?,
    };
    Ok(there == Handle::from_file(file.try_clone()?)?)
}

/// Writes a file that is either as before or whole, whatever happens meanwhile, and on the disk
/// when this returns.
///
/// # Errors
/// The file cannot be written; what was there before still is.
pub fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = AtomicWriteFile::open(path)?;
    file.write_all(content)?;
    file.commit()
}
