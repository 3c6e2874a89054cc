//! The rows of a run: read, split, and on the device.

use std::path::Path;

use data::{Augmentation, Classes, Form, ImageSize, Images, Outliers, Polarity, stratified_subset};
use loader::ImageLoader;
use model::ImageFormat;
use run::{RunConfig, images::RunImages};

use crate::{device::ComputeDevice, evaluation, network::Shape};

/// The largest number of training rows that are evaluated as the validation rows are.
const MOST_TRAIN_EVAL_ROWS: usize = 10_000;

/// Rows on the device, ready to be trained on.
pub struct Rows {
    /// Shuffled, on the autodiff device.
    pub train: ImageLoader,
    /// Not seen in training.
    pub valid: ImageLoader,
    /// Some of the training rows.
    pub train_eval: ImageLoader,
    /// The test rows, if there are any.
    pub test: Option<(ImageLoader, Images)>,
    /// The number of test rows whose images are also in the data.
    pub test_rows_in_data: Option<usize>,
    /// The number of training rows of each class.
    pub class_counts: Vec<usize>,
    /// Their shape.
    pub shape: Shape,
    /// Their classes.
    pub classes: Classes,
    /// The share of the largest class of the validation rows.
    pub largest_class: f64,
    /// How the data was understood.
    pub form: Form,
    /// What the weights say of the images.
    pub format: ImageFormat,
    /// The share of their pixels that are not 0.
    pub density: f64,
    /// Of the data, unpacked.
    pub sha256: String,
    /// Of the test data, unpacked.
    pub test_sha256: Option<String>,
}

impl Rows {
    /// Reads the rows of a config. Parsed data is kept in `cache`, if there is one.
    ///
    /// # Errors
    /// A file cannot be read, or its rows cannot be limited or split.
    pub fn load(
        config: &RunConfig,
        cache: Option<&Path>,
        device: &ComputeDevice,
    ) -> anyhow::Result<Self> {
        let images = RunImages::read(config, cache)?;
        images.warnings(config).iter().for_each(|warning| host::errln!("warning: {warning}"));
        let format = image_format(config, &images);
        let RunImages { all, train, valid, test, test_rows_in_data, form, sha256, .. } = images;
        let test_sha256 = images.test_sha256;
        let storage = device.storage();
        let sequential = |images: &Images| {
            ImageLoader::sequential(images, evaluation::BATCH, storage, &device.device)
        };
        // As many as there are validation rows: both accuracies are then equally exact, and the
        // evaluation costs little.
        let most = valid.targets().len().min(train.targets().len()).min(MOST_TRAIN_EVAL_ROWS);
        let train_eval =
            train.select(&stratified_subset(train.targets(), most, config.split_seed)?);
        let autodiff = device.device.clone().autodiff();
        let (batch, seed) = (config.batch_size, config.seed);
        let augmentation = Augmentation {
            transform: config.augment.transform(config.augment_strength),
            outliers: Outliers::with_share(config.outliers),
        };
        Ok(Self {
            class_counts: class_counts(&train),
            train: if augmentation.is_none() {
                ImageLoader::shuffled(&train, batch, seed, storage, &autodiff)
            } else {
                ImageLoader::augmented(&train, batch, seed, augmentation, &autodiff)
            },
            train_eval: sequential(&train_eval),
            valid: sequential(&valid),
            test: test.map(|images| (sequential(&images), images)),
            test_rows_in_data,
            shape: Shape::of(&all),
            classes: all.classes().clone(),
            largest_class: largest_share(&valid),
            form,
            format,
            density: all.density(),
            sha256,
            test_sha256,
        })
    }

    /// Width and height of the images.
    pub fn size(&self) -> ImageSize {
        self.shape.size
    }
}

/// The number of images of each class.
fn class_counts(images: &Images) -> Vec<usize> {
    let mut counts = vec![0; images.classes().count()];
    images.targets().iter().for_each(|target| counts[usize::from(*target)] += 1);
    counts
}

/// The share of the images that are of the largest class; 0 without one.
fn largest_share(images: &Images) -> f64 {
    let most = class_counts(images).into_iter().max().unwrap_or_default();
    most as f64 / images.targets().len().max(1) as f64
}

/// What the weights of a run say of its images.
fn image_format(config: &RunConfig, images: &RunImages) -> ImageFormat {
    let size = images.all.size();
    ImageFormat {
        width: size.width(),
        height: size.height(),
        pixel_max: config.pixel_max.get(),
        brightest: images.brightest,
        classes: images.all.classes().clone().into(),
        transpose: config.transpose,
        invert: config.invert,
        is_dark_on_light: images.polarity == Some(Polarity::DarkOnLight),
    }
}
