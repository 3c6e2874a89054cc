//! What a trained network is to be asked, and its answers: how `cargo xtask evaluate` and `predict`
//! use the trainer. Both travel as files.

use std::{
    fs, io,
    num::NonZeroU8,
    path::{Path, PathBuf},
};

use data::{ImageSize, ReadOptions};
use host::{FileError, write_whole};
use serde::{Deserialize, Serialize};

use crate::{Answer, Backend, SettingsError, settings::malformed};

/// What a network is to be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The network.
    pub weights: PathBuf,
    /// Where to compute.
    pub backend: Backend,
    /// CPU threads.
    pub threads: usize,
    /// The images: CSV, with or without labels, which the network does not see.
    pub data: PathBuf,
    /// Their width and height; squares if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageSize>,
    /// The largest value that a pixel can have.
    pub pixel_max: NonZeroU8,
    /// The folder in which parsed images are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<PathBuf>,
    /// Where the answers go.
    pub answers: PathBuf,
}

impl Question {
    /// Reads a question from a file that [`write`](Self::write) wrote.
    ///
    /// # Errors
    /// The file cannot be read, or holds no question.
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = fs::read_to_string(path)
            .map_err(|reason| SettingsError::Unreadable { path: path.to_owned(), reason })?;
        toml::from_str(&text).map_err(|error| {
            let (line, message) = malformed(&text, &error);
            SettingsError::Malformed { path: path.to_owned(), line, message }
        })
    }

    /// Writes the question to a file.
    ///
    /// # Errors
    /// The file cannot be written, or a path is not valid Unicode.
    pub fn write(&self, path: &Path) -> Result<(), FileError> {
        let text = toml::to_string(self).map_err(|error| FileError::refused(path, error))?;
        write_whole(path, text.as_bytes())
    }

    /// How the images are read.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions { image: self.image, pixel_max: self.pixel_max }
    }

    /// Writes the answers, a row for each image: the class, and the probability of each class.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_answers(&self, answers: &[Answer]) -> Result<(), FileError> {
        let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        let rows = answers.iter().try_for_each(|Answer { class, probabilities }| {
            writer.serialize((class, probabilities))
        });
        let text = rows
            .map_err(io::Error::from)
            .and_then(|()| writer.into_inner().map_err(|error| error.into_error()));
        write_whole(&self.answers, &text.map_err(FileError::at(&self.answers))?)
    }

    /// Reads the answers.
    ///
    /// # Errors
    /// The file cannot be read, or holds no answers.
    pub fn read_answers(&self) -> Result<Vec<Answer>, FileError> {
        let failed = FileError::at(&self.answers);
        let file = fs::File::open(&self.answers).map_err(&failed)?;
        let answer = |row: csv::Result<(usize, Vec<f32>)>| {
            row.map(|(class, probabilities)| Answer { class, probabilities })
        };
        let rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(file)
            .into_deserialize()
            .map(answer);
        rows.collect::<csv::Result<_>>().map_err(|error| failed(error.into()))
    }
}
