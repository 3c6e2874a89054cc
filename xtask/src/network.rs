//! A trained network, and its predictions, which the trainer computes.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};
use data::{Classes, ImageSet, ImageSize, Images, Polarity, ReadOptions, known, polarity};
use host::{
    FileError,
    text::{are, counted, thousands},
};
use model::{Calibration, ImageFormat, Layers, Metadata};
use report::evaluation::Evaluation;
use run::{
    Backend, ImageFlags, LabelledPrediction, Prediction, PredictionRequest, Rows, Run, Trained,
};
use tempfile::TempDir;

use crate::{
    cargo, import, program,
    usage::{OrUsage, UsageError},
    workspace::{self, Here},
};

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

    /// The size and the classes of its training images, if its run or its weights tell.
    pub fn images(&self) -> Option<(ImageSize, Classes)> {
        let of_weights = || {
            let ImageFormat { width, height, classes, .. } = self.format.as_ref()?;
            Some((ImageSize::new(*width, *height)?, Classes::new(classes.clone()).ok()?))
        };
        self.trained.run.as_ref().and_then(Run::images).or_else(of_weights)
    }

    /// Whether the network has seen dark ink on light paper.
    pub fn is_dark_on_light(&self) -> bool {
        self.format.as_ref().is_some_and(|format| format.is_dark_on_light)
    }

    /// The form of files that weights without a run expect.
    fn options_of_weights(&self) -> ReadOptions {
        let Some(format) = &self.format else { return ReadOptions::default() };
        let default = ReadOptions::default();
        ReadOptions {
            image: ImageSize::new(format.width, format.height),
            pixel_max: format.pixel_max.try_into().unwrap_or(default.pixel_max),
            transpose: format.transpose,
            invert: format.invert,
            ..default
        }
    }

    /// The form of a file of images: where a flag is missing, that of the run.
    ///
    /// # Errors
    /// A flag is invalid.
    pub fn options(&self, data: &Path) -> Result<ReadOptions, UsageError> {
        let config = self.trained.run.as_ref().map(|run| &run.config);
        let default =
            config.map_or_else(|| self.options_of_weights(), |config| config.read_options_of(data));
        self.images.clone().options(default).or_usage()
    }

    /// Refuses the flags for the form of a file of images, where no such file is read: for
    /// pictures, and for the validation rows of a run. `--image` is used if neither the run nor the
    /// weights give the size of the images.
    ///
    /// # Errors
    /// There is such a flag.
    pub fn refuse_flags_of_files(&self) -> Result<(), UsageError> {
        let is_used = |name: &str| name == "image" && self.images().is_none();
        match self.images.given().into_iter().find(|name| !is_used(name)) {
            Some(name) => Err(UsageError(format!(
                "--{} describes a file of images; expected --data with it",
                name.replace('_', "-")
            ))),
            None => Ok(()),
        }
    }

    /// Reads a file of images for the network.
    ///
    /// # Errors
    /// The file cannot be read, or holds images of another size.
    pub fn read(&self, data: &Path) -> anyhow::Result<ImageSet> {
        let options = self.options(data)?;
        import::prepare(data, &options)?;
        let set = options.read_cached(data, &workspace::cache())?;
        self.warn_of_other_images(&set, data);
        Ok(match self.images() {
            Some((size, _)) => set.of_size(size)?,
            None => set,
        })
    }

    /// Warns of images on another scale or of another polarity than those that the network has
    /// seen.
    fn warn_of_other_images(&self, set: &ImageSet, data: &Path) {
        const ENOUGH: usize = 1000;
        let Some(format) = &self.format else { return };
        let data = data.display();
        let bright = set.images().flatten().copied().max().unwrap_or_default();
        let (low, high) = (bright.min(format.brightest), bright.max(format.brightest));
        if u16::from(low) * 4 <= u16::from(high) {
            host::errln!(
                "warning: the pixels of {data} go up to {bright}, those of the training images up \
                 to {}: are they on another scale?",
                format.brightest
            );
        }
        let polarity = polarity(set.images().take(ENOUGH), set.size());
        let is_dark = polarity == Some(Polarity::DarkOnLight);
        if polarity.is_some() && is_dark != format.is_dark_on_light {
            let invert = if is_dark { "; if that is ink on paper, give --invert" } else { "" };
            host::errln!(
                "warning: the images in {data} have another polarity than the training images, \
                 {} against {}{invert}",
                polarity_in_words(is_dark),
                polarity_in_words(format.is_dark_on_light)
            );
        }
    }

    /// A request for all rows of a file.
    ///
    /// # Errors
    /// A flag is invalid.
    pub fn all_of(&self, data: &Path) -> Result<Rows, UsageError> {
        Ok(Rows::All { data: data.to_owned(), options: self.options(data)? })
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

    /// The classes of the network, known before a prediction.
    ///
    /// # Errors
    /// The file holds no network.
    pub fn classes(&self) -> Result<Classes, FileError> {
        if let Some((_, classes)) = self.images() {
            return Ok(classes);
        }
        Ok(Classes::numbered(0, self.layers()?.classes()))
    }

    /// The size of the images that the network takes: that of its training images; that of
    /// `--image`; or for weights that do not say it, square images of as many pixels.
    ///
    /// # Errors
    /// The file holds no network, or one for other images.
    pub fn size(&self) -> anyhow::Result<ImageSize> {
        if let Some((size, _)) = self.images() {
            return Ok(size);
        }
        let layers = self.layers()?;
        let side = layers.inputs().isqrt();
        let of_layers = match layers.input()[..] {
            [_, height, width] => ImageSize::new(width, height),
            _ => ImageSize::new(side, side),
        };
        let given = self.images.clone().options(ReadOptions::default()).or_usage()?.image;
        let size = given.or(of_layers);
        let size = size.filter(|size| layers.takes(size.width(), size.height()));
        Ok(size.ok_or_else(|| {
            UsageError(format!(
                "{}: the network {layers} takes images of {}; give --image with their width and \
                 height",
                self.trained.weights.display(),
                layers.images()
            ))
        })?)
    }

    fn layers(&self) -> Result<Layers, FileError> {
        let weights = &self.trained.weights;
        let bytes = fs::read(weights).map_err(FileError::at(weights))?;
        Layers::read(&bytes).map_err(|error| FileError::refused(weights, error))
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

    /// The number of these images that are also in the data that the network was trained and
    /// validated on; none with a note if its run is unknown, or if the data are gone or have
    /// changed.
    pub fn count_seen<'a>(
        &self,
        images: impl Iterator<Item = &'a [u8]>,
        here: &Here,
    ) -> Option<usize> {
        let seen = match &self.trained.run {
            Some(run) => seen_by(run).map_err(|reason| reason.to_string()),
            None => Err(format!("{} has no run", here.show(&self.trained.weights).display())),
        };
        let note = |reason: String| {
            let what = "how many of these images the network was trained on is not known";
            host::errln!("note: {what}: {reason}");
        };
        seen.map_err(note).ok().map(|seen| known::count_shared(images, &seen))
    }

    /// Warns that `seen` of `all` images in `data` are also in the training data: a network is
    /// better at images that it has learned from.
    pub fn warn_of_seen(
        &self,
        seen: Option<usize>,
        all: usize,
        data: &Path,
        result: &str,
        here: &Here,
    ) {
        if let (Some(run), Some(seen @ 1..)) = (&self.trained.run, seen) {
            host::errln!(
                "warning: {} of the {} in {} {} also in {}, the training data of the network: the \
                 {result} will be too high",
                thousands(seen as f64),
                counted(all, "image"),
                here.show(data).display(),
                are(seen),
                here.show(&run.config.data).display(),
            );
        }
    }
}

/// The images that the network of a run was trained and validated on.
fn seen_by(run: &Run) -> anyhow::Result<Images> {
    let data = &run.config.data;
    let set = run.config.read_options().read_cached(data, &workspace::cache())?;
    run.refuse_other_data(data, set.sha256())?;
    Ok(run.config.limited(set.labelled()?)?)
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

fn polarity_in_words(is_dark_on_light: bool) -> &'static str {
    if is_dark_on_light { "dark on light" } else { "light on dark" }
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
