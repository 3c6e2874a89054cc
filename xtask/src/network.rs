//! A trained network: found, and its predictions, for which the trainer is built.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use data::{Classes, ImageSet, ImageSize, ReadOptions};
use run::{
    Backend, ImageFlags, JobError, Prediction, PredictionRequest, Rows, Run, RunConfig, Trained,
};
use tempfile::TempDir;

use crate::{
    cargo, interrupt, program,
    usage::{OrUsage, UsageError},
    workspace,
};

/// Where a network computes, and how its images are read.
#[derive(Debug, clap::Args)]
pub struct NetworkFlags {
    /// Where to compute [default: where the run was trained; flex for a file]
    #[arg(long, value_enum, value_name = "B")]
    backend: Option<Backend>,
    #[command(flatten)]
    images: ImageFlags,
}

/// A trained network, and where it computes.
#[derive(Debug)]
pub struct Network {
    /// Its weights, and the run that they come from.
    pub trained: Trained,
    /// How files of images are read.
    pub options: ReadOptions,
    backend: Backend,
    threads: usize,
}

impl Network {
    /// The network of this run folder or file, or of the latest run.
    ///
    /// # Errors
    /// There is none, or a flag is impossible.
    pub fn find(asked: Option<&Path>, flags: NetworkFlags) -> anyhow::Result<Self> {
        // A mistake in a flag is told before one on the disk.
        flags.images.clone().options(ReadOptions::default()).or_usage()?;
        let trained = Trained::find(asked).or_usage()?;
        let config = trained.run.as_ref().map(|run| &run.config);
        let default = config.map_or_else(ReadOptions::default, RunConfig::read_options);
        let options = flags.images.options(default).or_usage()?;
        let backend = flags.backend.or(config.map(|config| config.backend)).unwrap_or_default();
        let threads = config.map_or(1, |config| config.threads);
        Ok(Self { trained, options, backend, threads })
    }

    /// The size of the images that it was trained on and their labels, if a run says so.
    pub fn images(&self) -> Option<(ImageSize, Classes)> {
        self.trained.run.as_ref().and_then(Run::images)
    }

    /// Reads a file of images for it.
    ///
    /// # Errors
    /// It cannot be read, or holds images of another size.
    pub fn read(&self, data: &Path) -> anyhow::Result<ImageSet> {
        let set = self.options.read_cached(data, &workspace::cache())?;
        Ok(match self.images() {
            Some((size, _)) => set.of_size(size)?,
            None => set,
        })
    }

    /// All rows of a file.
    pub fn all_of(&self, data: &Path) -> Rows {
        Rows::All { data: data.to_owned(), options: self.options }
    }

    /// The predictions of the trainer, which is built first if need be; or the exit code with which
    /// it failed, having said why. Parsed images are kept in `cache`.
    ///
    /// # Errors
    /// The trainer does not compile, or a file cannot be written or read.
    pub fn predict(
        &self,
        rows: Rows,
        cache: Option<PathBuf>,
    ) -> anyhow::Result<Result<Vec<Prediction>, u8>> {
        let trainer = program::trainer(self.backend, self.threads, false)?;
        let folder = temporary()?;
        let request = PredictionRequest {
            weights: self.trained.weights.clone(),
            backend: self.backend,
            threads: self.threads,
            cache,
            predictions: folder.path().join("predictions.csv"),
            rows,
        };
        let file = folder.path().join("request.toml");
        request.write(&file)?;
        let status = cargo::status(Command::new(&trainer).arg("--predict").arg(&file))?;
        match cargo::code(status) {
            _ if interrupt::asked() => Ok(Err(interrupt::EXIT_CODE)),
            0 => Ok(Ok(request.read_predictions()?)),
            code => Ok(Err(code)),
        }
    }

    /// The labels of its classes: those of its run; else from 0.
    ///
    /// # Errors
    /// It has another number of classes than its run.
    pub fn labels(&self, predictions: &[Prediction]) -> anyhow::Result<Classes> {
        let classes = self
            .images()
            .map_or_else(|| Classes::new(0, count(predictions)), |(_, classes)| classes);
        self.check_classes(predictions, classes)?;
        Ok(classes)
    }

    /// Refuses predictions with another number of classes than these.
    ///
    /// # Errors
    /// They have.
    pub fn check_classes(
        &self,
        predictions: &[Prediction],
        classes: Classes,
    ) -> anyhow::Result<()> {
        ensure!(
            count(predictions) == classes.count(),
            "{}: a network of {} classes; expected {}, for the labels {classes}",
            self.trained.weights.display(),
            count(predictions),
            classes.count()
        );
        Ok(())
    }

    /// Refuses data whose checksum is not what the run has recorded.
    ///
    /// # Errors
    /// It is not.
    pub fn same_data(
        &self,
        data: &Path,
        found: &str,
        expected: Option<&str>,
    ) -> Result<(), UsageError> {
        match (&self.trained.run, expected.filter(|expected| !expected.is_empty())) {
            (Some(run), Some(expected)) if expected != found => Err(JobError::OtherData {
                folder: run.folder.path().to_owned(),
                data: data.to_owned(),
                found: found.to_owned(),
                expected: expected.to_owned(),
            })
            .or_usage(),
            _ => Ok(()),
        }
    }
}

/// The number of classes of these predictions.
fn count(predictions: &[Prediction]) -> usize {
    predictions.first().map_or(0, |prediction| prediction.probabilities.len())
}

/// A folder that is gone when this is dropped.
///
/// # Errors
/// The disk is full or cannot be written.
pub fn temporary() -> anyhow::Result<TempDir> {
    tempfile::tempdir().context("cannot make a temporary folder")
}
