//! Reads grey images from CSV, in every published dialect.
//!
//! A row is a label and the pixels of an image, or the pixels alone (Kaggle's `test.csv`). The size
//! of the images follows from the number of columns: they are squares of at least 4x4 pixels,
//! unless [`ReadOptions::image`] gives another size. Rows have a label if the number of columns is
//! a square plus 1, which is never a square itself. A header is optional. Its names do not matter,
//! except that the first column of a labelled file is called `label`, and no column of pixels is. A
//! single line without a line end may be cut short: it needs as many columns as MNIST, or as
//! [`ReadOptions::image`] gives. Lines end in LF or CRLF. A byte-order mark is allowed.
//!
//! Anything else is an error with the line, the column, the value and the expected value. The
//! reader skips no row.

mod error;
mod reader;

use std::{
    num::NonZeroU8,
    path::{Path, PathBuf},
};

pub use error::{CsvError, ReadError};
use reader::{Content, Reader};
use serde::{Deserialize, Serialize};

use crate::{
    Classes, ImageSize, Images,
    classes::ClassesError,
    raw::RawImages,
    source::{self, Packing},
};

/// The format of images, which a CSV does not state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReadOptions {
    /// Width and height; squares if none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageSize>,
    /// The pixel value of full ink, the largest allowed.
    pub pixel_max: NonZeroU8,
}

/// Squares with pixels from 0 to 255.
impl Default for ReadOptions {
    fn default() -> Self {
        Self { image: None, pixel_max: NonZeroU8::MAX }
    }
}

/// The images of a file, with or without labels. There is at least one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSet {
    pub(crate) path: PathBuf,
    pub(crate) size: ImageSize,
    pub(crate) pixel_max: NonZeroU8,
    /// An image for each row.
    pub(crate) images: RawImages,
    pub(crate) labels: Option<Vec<u16>>,
    /// The line of the first row, from 1.
    pub(crate) first_line: usize,
    pub(crate) sha256: String,
}

/// The dialect of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// The header, shortened, if there is one.
    pub header: Option<String>,
    /// Whether rows begin with a label.
    pub is_labelled: bool,
    /// The line ends; none if the file is a single line without an end.
    pub line_end: Option<LineEnd>,
    /// Whether the file begins with a byte-order mark.
    pub has_mark: bool,
    /// The packing.
    pub packing: Packing,
}

/// The line ends of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n`.
    Lf,
    /// `\r\n`.
    CrLf,
    /// Both.
    Mixed,
}

impl Form {
    fn see(&mut self, end: LineEnd) {
        self.line_end = Some(match self.line_end {
            Some(before) if before != end => LineEnd::Mixed,
            _ => end,
        });
    }
}

/// The content, the dialect and the errors of a file.
#[derive(Debug)]
pub struct Scan {
    /// The valid rows; none if there is no valid row.
    pub set: Option<ImageSet>,
    /// The dialect.
    pub form: Form,
    /// Bytes of the unpacked text.
    pub bytes: u64,
    /// SHA-256 of the unpacked text up to the last line read, in hexadecimal.
    pub sha256: String,
    /// The errors, in the order of the file.
    pub problems: Vec<CsvError>,
    /// Whether the file was read to its end. If not, it may have more rows and errors.
    pub is_complete: bool,
}

/// Reads a CSV of square images with pixels from 0 to 255: plain, gzip, or a zip with one file.
///
/// # Errors
/// The first [`CsvError`] in the file.
pub fn read(path: impl AsRef<Path>) -> Result<ImageSet, ReadError> {
    ReadOptions::default().read(path)
}

impl ReadOptions {
    /// Reads a CSV of images in this format: plain, gzip, or a zip with one file.
    ///
    /// # Errors
    /// The first [`CsvError`] in the file.
    pub fn read(self, path: impl AsRef<Path>) -> Result<ImageSet, ReadError> {
        let path = path.as_ref();
        let Scan { set, mut problems, .. } = self.scan(path, 1)?;
        // A file without a row has at least the error that it has none.
        let problem = problems.pop();
        match (problem, set) {
            (None, Some(set)) => Ok(set),
            (problem, _) => Err(ReadError {
                path: path.to_owned(),
                problem: problem.unwrap_or(CsvError::NoRows),
            }),
        }
    }

    /// Reads all valid rows of a file, and lists its errors, `most` at most.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn scan(self, path: impl AsRef<Path>, most: usize) -> Result<Scan, ReadError> {
        let path = path.as_ref();
        let read = source::with_text(path, |text, packing| {
            (Reader::new(text, self, most).content(), packing)
        });
        let (content, packing) = read.map_err(|reason| ReadError {
            path: path.to_owned(),
            problem: CsvError::Open(reason),
        })?;
        let Content { size, images, labels, form, bytes, sha256, problems, is_complete } = content;
        let set = size.filter(|_| images.len() > 0).map(|size| ImageSet {
            path: path.to_owned(),
            size,
            pixel_max: self.pixel_max,
            images,
            labels: form.is_labelled.then_some(labels),
            first_line: 1 + usize::from(form.header.is_some()),
            sha256: sha256.clone(),
        });
        Ok(Scan { set, form: Form { packing, ..form }, bytes, sha256, problems, is_complete })
    }
}

impl ImageSet {
    /// Training images: the labels determine the classes.
    ///
    /// # Errors
    /// The file has no labels, or the labels are no valid classes.
    pub fn labelled(self) -> Result<Images, ReadError> {
        let classes = self.classes();
        self.into_images(classes)
    }

    /// Test images for a network that was trained on `trained`.
    ///
    /// # Errors
    /// The file has no labels, images of another size, or a label that is no class of `trained`.
    pub fn labelled_like(self, trained: &Images) -> Result<Images, ReadError> {
        self.labelled_as(trained.size(), trained.classes())
    }

    /// Test images for a network that was trained on images of this size and these classes.
    ///
    /// # Errors
    /// The file has no labels, images of another size, or a label of no class.
    pub fn labelled_as(self, expected: ImageSize, classes: Classes) -> Result<Images, ReadError> {
        let problem = match self
            .labels()
            .and_then(|labels| labels.iter().position(|label| !classes.has(*label)))
        {
            _ if self.size != expected => Some(CsvError::OtherSize { found: self.size, expected }),
            Some(row) => Some(self.unknown_label(row, classes)),
            None => None,
        };
        self.into_images(problem.map_or(Ok(classes), Err))
    }

    /// Refuses images of another size.
    ///
    /// # Errors
    /// The images have another size.
    pub fn of_size(self, expected: ImageSize) -> Result<Self, ReadError> {
        let found = self.size;
        if found == expected {
            return Ok(self);
        }
        Err(ReadError { path: self.path, problem: CsvError::OtherSize { found, expected } })
    }

    /// The classes of the labels.
    ///
    /// # Errors
    /// The file has no labels, or the labels are no valid classes.
    pub fn classes(&self) -> Result<Classes, CsvError> {
        let Some(labels) = self.labels() else {
            return Err(CsvError::Unlabelled { size: self.size });
        };
        Classes::of(labels).map_err(|reason| match reason {
            ClassesError::Gap { row, label } => {
                CsvError::Gap { line: self.first_line + row, label }
            }
            ClassesError::One(label) => CsvError::OneClass { label },
            ClassesError::TooMany(count) => CsvError::ManyClasses { count },
        })
    }

    fn unknown_label(&self, row: usize, classes: Classes) -> CsvError {
        let label = self.labels().map_or(0, |labels| labels[row]);
        CsvError::UnknownLabel { line: self.first_line + row, label, classes }
    }

    fn into_images(self, classes: Result<Classes, CsvError>) -> Result<Images, ReadError> {
        let Self { path, size, pixel_max, images, labels, .. } = self;
        match (classes, labels) {
            (Ok(classes), Some(labels)) => {
                Ok(Images::from_parts(size, pixel_max, classes, images, labels))
            }
            (Ok(_), None) => Err(ReadError { path, problem: CsvError::Unlabelled { size } }),
            (Err(problem), _) => Err(ReadError { path, problem }),
        }
    }

    /// Width and height of each image.
    pub fn size(&self) -> ImageSize {
        self.size
    }

    /// The pixels of each row.
    pub fn images(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.rows()).map(|row| self.images.image(row))
    }

    /// The labels; none if the file has none.
    pub fn labels(&self) -> Option<&[u16]> {
        self.labels.as_deref()
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.images.len()
    }

    /// SHA-256 of the unpacked text, in hexadecimal; it does not depend on the packing.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}
