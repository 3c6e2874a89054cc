//! The images of a run: read, limited and split as its configuration says.

mod warnings;

use std::path::{Path, PathBuf};

use data::{Form, ImageSet, Images, Polarity, ReadError, ReadOptions, SplitError, known, polarity};

use crate::RunConfig;

/// The images of a run.
#[derive(Debug, Clone)]
pub struct RunImages {
    /// All images that the run uses: those of its data, or with a limit a stratified subset.
    pub all: Images,
    /// Those that it trains on.
    pub train: Images,
    /// Those that it validates on.
    pub valid: Images,
    /// Those that it tests on at the end, if there are any.
    pub test: Option<Images>,
    /// The number of test images that are also in `all`: the network has seen the answers to those
    /// that it was trained on. Kaggle's `train.csv` holds images of MNIST's test set.
    pub test_rows_in_data: Option<usize>,
    /// The highest pixel of the data, without a limit.
    pub brightest: u8,
    /// Whether ink is brighter than paper, where that is clear.
    pub polarity: Option<Polarity>,
    /// How the data was understood.
    pub form: Form,
    /// Checksum of the data, unpacked.
    pub sha256: String,
    /// Checksum of the test data, unpacked.
    pub test_sha256: Option<String>,
}

/// Why a run cannot use its data. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum RunImagesError {
    /// A file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The rows cannot be limited or split.
    #[error("{}: {reason}", data.display())]
    Split {
        /// The file.
        data: PathBuf,
        /// The reason.
        reason: SplitError,
    },
}

impl RunImagesError {
    /// Whether a request to stop ended the reading.
    pub fn is_stop(&self) -> bool {
        matches!(self, Self::Read(error) if error.is_stop())
    }
}

impl RunImages {
    /// Reads the images of a run. Parsed data is kept in `cache`, if there is one.
    ///
    /// # Errors
    /// A file cannot be read, or its rows cannot be limited or split.
    pub fn read(config: &RunConfig, cache: Option<&Path>) -> Result<Self, RunImagesError> {
        let set = read(&config.read_options(), &config.data, cache)?;
        let (form, sha256) = (set.form().clone(), set.sha256().to_owned());
        let images = set.labelled()?;
        let brightest = images.brightest();
        let polarity = polarity_of(&images);
        let options = config.test_read_options();
        let test = config.test_data.as_deref().map(|path| read(&options, path, cache));
        let test = test.transpose()?;
        let test_sha256 = test.as_ref().map(|test| test.sha256().to_owned());
        let test = test.map(|test| test.labelled_like(&images)).transpose()?;
        let refused = |reason| RunImagesError::Split { data: config.data.clone(), reason };
        let all = config.limited(images).map_err(refused)?;
        let (train, valid) = config.split(&all).map_err(refused)?;
        let count = |test: &Images| known::count_shared(&mut test.iter(), &all);
        let test_rows_in_data = test.as_ref().map(count);
        Ok(Self {
            all,
            train,
            valid,
            test,
            test_rows_in_data,
            brightest,
            polarity,
            form,
            sha256,
            test_sha256,
        })
    }

    /// What makes the results of a run with these images misleading, a line each.
    pub fn warnings(&self, config: &RunConfig) -> Vec<String> {
        warnings::of(self, config)
    }
}

/// The polarity of images, told from the first of them.
pub fn polarity_of(images: &Images) -> Option<Polarity> {
    const ENOUGH: usize = 1000;
    polarity(images.iter().take(ENOUGH), images.size())
}

/// Whether two runs use the same images.
pub fn are_the_same(one: &RunConfig, other: &RunConfig) -> bool {
    let key = |config: &RunConfig| {
        let train = (config.data.clone(), config.read_options());
        let test = (config.test_data.clone(), config.test_read_options());
        (train, test, config.limit, config.valid_fraction, config.split_seed)
    };
    key(one) == key(other)
}

fn read(options: &ReadOptions, path: &Path, cache: Option<&Path>) -> Result<ImageSet, ReadError> {
    cache.map_or_else(|| options.read(path), |cache| options.read_cached(path, cache))
}
