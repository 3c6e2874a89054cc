//! The errors of jobs.

use std::path::PathBuf;

use host::{FileError, text::counted};

use crate::{RunError, SettingsError};

/// Why a job is invalid. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Invalid settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The folder cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The run in the folder cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The folder already holds a run.
    #[error("{}: this folder holds a run; continue it with --resume, or choose another \
        --out", .0.display())]
    Taken(PathBuf),
    /// The folder holds no run to resume.
    #[error("{}: no run to resume here", .0.display())]
    NothingToResume(PathBuf),
    /// The run to resume has finished.
    #[error(
        "{}: this run is complete, after {}; give --epochs with a larger number to train it \
         further",
        path.display(),
        counted(*epochs, "epoch")
    )]
    Done {
        /// The folder.
        path: PathBuf,
        /// Its epochs.
        epochs: usize,
    },
    /// The run to resume has stopped early.
    #[error(
        "{}: this run stopped early, after epoch {epochs}: its validation accuracy had not risen \
         for {}",
        path.display(),
        counted(*patience, "epoch")
    )]
    StoppedEarly {
        /// The folder.
        path: PathBuf,
        /// Its epochs.
        epochs: usize,
        /// The patience of the run, in epochs.
        patience: usize,
    },
    /// The cosine schedule of the run to resume fixes its number of epochs.
    #[error(
        "epochs = {asked}; the run to resume has {has}, after which its learning rate is 0 \
         (schedule = cosine): train a new run for another number of epochs"
    )]
    Length {
        /// The epochs requested.
        asked: usize,
        /// The epochs of the run.
        has: usize,
    },
    /// The run to resume has more epochs than requested.
    #[error("{}: epochs = {asked}; this run has reached epoch {epoch}: give --epochs {epoch} or \
        more", path.display())]
    Passed {
        /// The folder.
        path: PathBuf,
        /// The epochs requested.
        asked: usize,
        /// The epoch that the run has reached.
        epoch: usize,
    },
    /// The data of the run to resume have changed.
    #[error(
        "{}: this run was started with other data: the SHA-256 of {} is {found}, expected \
         {expected}; restore the file, or train a new run",
        folder.display(),
        data.display()
    )]
    OtherData {
        /// The folder.
        folder: PathBuf,
        /// The file.
        data: PathBuf,
        /// The checksum of the file.
        found: String,
        /// The recorded checksum.
        expected: String,
    },
    /// A setting in `run.toml` was changed after the training began.
    #[error(
        "{}: {field} = {asked}; this run was trained with {has}: only epochs can change in a \
         resumed run",
        path.display()
    )]
    Edited {
        /// The file.
        path: PathBuf,
        /// The field.
        field: String,
        /// The value in the file.
        asked: String,
        /// The value of the training.
        has: String,
    },
    /// A setting of the run to resume cannot change.
    #[error(
        "{field} = {asked}; the run to resume has {has}: only --epochs can change in a resumed run"
    )]
    Changed {
        /// The field.
        field: String,
        /// The value requested.
        asked: String,
        /// The value of the run.
        has: String,
    },
}
