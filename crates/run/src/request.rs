//! Requests for predictions, and their results, both as files: the interface of the trainer for
//! `cargo xtask evaluate` and `predict`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use data::ReadOptions;
use host::{FileError, write_whole};
use serde::{Deserialize, Serialize};

use crate::{Backend, Prediction, SettingsError, settings::read_toml};

/// A request: a network, images to classify, and a file for the predictions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PredictionRequest {
    /// The file with the weights.
    pub weights: PathBuf,
    /// The backend to compute on.
    pub backend: Backend,
    /// The cache of parsed images.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<PathBuf>,
    /// The file for the predictions.
    pub predictions: PathBuf,
    /// The images.
    pub rows: Rows,
}

/// The images of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rows {
    /// All rows of a file.
    All {
        /// A CSV. Labels in it are ignored.
        data: PathBuf,
        /// The format of its images.
        options: ReadOptions,
    },
    /// The validation rows of a run, in the order of its split.
    Validation {
        /// The folder of the run.
        run: PathBuf,
    },
}

impl PredictionRequest {
    /// Reads a request from a file that [`write`](Self::write) wrote.
    ///
    /// # Errors
    /// The file cannot be read, or is not a request.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        read_toml(path)
    }

    /// Writes the request to a file.
    ///
    /// # Errors
    /// The file cannot be written, or a path is not valid Unicode.
    pub fn write(&self, path: &Path) -> Result<(), FileError> {
        let text = toml::to_string(self).map_err(|error| FileError::refused(path, error))?;
        write_whole(path, text.as_bytes())
    }

    /// Writes the predictions, a row for each image: the class, and the probability of each class.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_predictions(&self, predictions: &[Prediction]) -> Result<(), FileError> {
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        let rows = predictions.iter().try_for_each(|Prediction { class, probabilities }| {
            writer.serialize((class, probabilities))
        });
        let text = rows
            .map_err(io::Error::from)
            .and_then(|()| writer.into_inner().map_err(|error| error.into_error()));
        write_whole(&self.predictions, &text.map_err(FileError::at(&self.predictions))?)
    }

    /// Reads the predictions.
    ///
    /// # Errors
    /// The file cannot be read, or holds no predictions.
    pub fn read_predictions(&self) -> Result<Vec<Prediction>, FileError> {
        let failed = FileError::at(&self.predictions);
        let file = fs::File::open(&self.predictions).map_err(&failed)?;
        let prediction = |row: csv::Result<(usize, Vec<f32>)>| {
            row.map(|(class, probabilities)| Prediction { class, probabilities })
        };
        let rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(file)
            .into_deserialize()
            .map(prediction);
        rows.collect::<csv::Result<_>>().map_err(|error| failed(error.into()))
    }
}
