//! A trained network, and its predictions, which the trainer computes.

mod images;
mod seen;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use data::{Classes, ImageSize, ReadOptions};
use host::FileError;
use model::{Calibration, ImageFormat, Metadata};
use report::evaluation::Evaluation;
use run::{
    Backend, ImageFlags, LabelledPrediction, Prediction, PredictionRequest, Rows, Run, Trained,
};
use tempfile::TempDir;

use crate::{cargo, program, usage::OrUsage, workspace::Here};

/// The flags for the backend of a network and the format of its images.
#[derive(Debug, clap::Args)]
pub struct NetworkFlags {
    /// Backend to compute on [default: that of the run; flex for a file]
    #[arg(long, value_enum, value_name = "B")]
    backend: Option<Backend>,
    #[command(flatten)]
    images: ImageFlags,
}

/// A trained network, and its backend.
#[derive(Debug)]
pub struct Network {
    /// The weights, and their run.
    pub trained: Trained,
    /// What the weights say of the images for which they are.
    format: Option<ImageFormat>,
    /// How its logits become probabilities. Older networks are not calibrated.
    pub calibration: Option<Calibration>,
    /// The flags for the form of files of images.
    images: ImageFlags,
    backend: Backend,
}

impl Network {
    /// Finds the network of this run folder or file, or of the latest run.
    ///
    /// # Errors
    /// There is no such network, or a flag is invalid.
    pub fn find(asked: Option<&Path>, flags: NetworkFlags, here: &Here) -> anyhow::Result<Self> {
        // An invalid flag is reported before an error on the disk.
        flags.images.clone().options(ReadOptions::default()).or_usage()?;
        let mut images = flags.images;
        here.record(images.paths_mut())?;
        let trained = Trained::find(asked).or_usage()?;
        let Metadata { images: format, calibration } = metadata_of(&trained, here)?;
        let config = trained.run.as_ref().map(|run| &run.config);
        let backend = flags.backend.or(config.map(|config| config.backend)).unwrap_or_default();
        Ok(Self { trained, format, calibration, images, backend })
    }

    /// Builds the trainer if necessary, and returns its predictions, or its exit code if it failed
    /// and reported an error. `cache` keeps parsed images.
    ///
    /// # Errors
    /// The trainer does not compile, or a file cannot be written or read.
    pub fn predict(
        &self,
        rows: Rows,
        cache: Option<PathBuf>,
    ) -> anyhow::Result<Result<Vec<Prediction>, u8>> {
        let trainer = program::trainer(self.backend, false)?;
        let folder = temporary()?;
        let request = PredictionRequest {
            weights: self.trained.weights.clone(),
            backend: self.backend,
            cache,
            predictions: folder.path().join("predictions.csv"),
            rows,
        };
        let file = folder.path().join("request.toml");
        request.write(&file)?;
        let mut trainer = Command::new(&trainer);
        trainer.args(["--stop-at-end-of-input", "--predict"]).arg(&file);
        match cargo::run_until_stopped(&mut trainer)? {
            0 => Ok(Ok(request.read_predictions()?)),
            code => Ok(Err(code)),
        }
    }

    /// Whether a prediction is no answer: its probability is below the threshold of the network.
    pub fn is_unsure(&self, prediction: &Prediction) -> bool {
        let probability = prediction.probabilities.get(prediction.class);
        let known = probability.zip(self.threshold());
        known.is_some_and(|(probability, threshold)| f64::from(*probability) < threshold)
    }

    /// The evaluation of its predictions, with its threshold; none without a prediction.
    pub fn evaluation(
        &self,
        predictions: &[LabelledPrediction],
        classes: &Classes,
    ) -> Option<Evaluation> {
        let evaluation = Evaluation::of(predictions, classes)?;
        Some(match self.threshold() {
            Some(threshold) => evaluation.with_threshold(threshold, predictions),
            None => evaluation,
        })
    }

    /// The lowest probability of an answer, if it is calibrated.
    pub fn threshold(&self) -> Option<f64> {
        self.calibration.map(|calibration| calibration.threshold)
    }

    /// The classes of the network: those of its run, or labels from 0.
    ///
    /// # Errors
    /// The network has another number of classes than its run.
    pub fn labels(&self, predictions: &[Prediction]) -> anyhow::Result<Classes> {
        let classes = self
            .images()
            .map_or_else(|| Classes::numbered(0, count(predictions)), |(_, classes)| classes);
        self.check_classes(predictions, &classes)?;
        Ok(classes)
    }

    /// Refuses predictions with another number of classes.
    ///
    /// # Errors
    /// The predictions have another number of classes.
    pub fn check_classes(
        &self,
        predictions: &[Prediction],
        classes: &Classes,
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
}

/// Says that there is a better network for pictures and drawings of digits, if this one reads
/// MNIST's test images much worse than that.
pub fn suggest_better(run: Option<&Run>) {
    const ENOUGH: f64 = 0.97;
    let Some(summary) = run.and_then(|run| run.summary.as_ref()) else { return };
    let of_mnist = summary.classes.are_digits() && summary.image == ImageSize::MNIST;
    if let Some(accuracy) = summary.test_accuracy.filter(|it| of_mnist && *it < ENOUGH) {
        host::errln!(
            "note: the test accuracy of this network is {:.1} %; `cargo xtask train --config \
             experiments/best.toml` trains one that reads pictures and drawings far better",
            accuracy * 100.0
        );
    }
}

/// What weights say of themselves. Without a run, that is all that is known, and weights that say
/// nothing of their images get a warning.
///
/// # Errors
/// The file cannot be read, or is no safetensors.
pub fn metadata_of(trained: &Trained, here: &Here) -> Result<Metadata, FileError> {
    let Trained { weights, run } = trained;
    let bytes = fs::read(weights).map_err(FileError::at(weights))?;
    let metadata = Metadata::read(&bytes).map_err(|error| FileError::refused(weights, error))?;
    if metadata.images.is_none() && run.is_none() {
        host::errln!(
            "warning: {} does not say for which images it is: taken for square images with pixels \
             from 0 to 255, and labels from 0",
            here.show(weights).display()
        );
    }
    Ok(metadata)
}

/// The number of classes of these predictions.
fn count(predictions: &[Prediction]) -> usize {
    predictions.first().map_or(0, |prediction| prediction.probabilities.len())
}

/// A temporary folder, which is removed with this value.
///
/// # Errors
/// The disk is full or cannot be written.
pub fn temporary() -> anyhow::Result<TempDir> {
    tempfile::tempdir().context("cannot make a temporary folder")
}
