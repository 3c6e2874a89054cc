//! Reads grey images from CSV in every dialect they travel in.
//!
//! A row is a label and the pixels of an image, or the pixels alone (Kaggle's `test.csv`). How
//! large the images are follows from the number of columns: they are squares, of 4x4 pixels or
//! more, unless [`ReadOptions::image`] says otherwise. Rows have a label if a square is one less
//! than the number of columns: two squares never follow on each other. A header is optional; its
//! names do not matter, but the first column of a labelled file is called `label`, and no column of
//! pixels is. A single line without a line end may be cut short, and is believed to be whole only
//! if it has as many columns as MNIST, or as [`ReadOptions::image`] says. Lines end in LF or CRLF,
//! a byte-order mark may lead.
//!
//! Anything else is refused with the line, the column, the value and what was expected: no row is
//! ever skipped.

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
    cache::read_or_keep,
    classes::ClassesError,
    raw::RawImages,
    source::{self, Packing},
};

/// What a file does not say about its images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReadOptions {
    /// Their width and height; squares if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageSize>,
    /// The value of a pixel that is all ink, and the largest allowed.
    pub pixel_max: NonZeroU8,
}

/// Squares with pixels from 0 to 255.
impl Default for ReadOptions {
    fn default() -> Self {
        Self { image: None, pixel_max: NonZeroU8::MAX }
    }
}

/// The content of a CSV file: at least one image, and the labels where the file has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSet {
    pub(crate) path: PathBuf,
    pub(crate) size: ImageSize,
    pub(crate) pixel_max: NonZeroU8,
    /// One a row.
    pub(crate) images: RawImages,
    pub(crate) labels: Option<Vec<u16>>,
    /// The line of the first row, from 1.
    pub(crate) first_line: usize,
    pub(crate) sha256: String,
}

/// How a file writes its images.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// Its first line, shortened, if that is a header.
    pub header: Option<String>,
    /// Whether rows begin with a label.
    pub is_labelled: bool,
    /// How its lines end; none if it is a single line without an end.
    pub line_end: Option<LineEnd>,
    /// Whether it begins with a byte-order mark.
    pub has_mark: bool,
    /// What it is packed in.
    pub packing: Packing,
}

/// How lines end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n`.
    Lf,
    /// `\r\n`.
    CrLf,
    /// Some so, some so.
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

/// Everything about a file that might be a CSV of images.
#[derive(Debug)]
pub struct Scan {
    /// The rows without a problem; none if there is no such row.
    pub set: Option<ImageSet>,
    /// How they are written.
    pub form: Form,
    /// Bytes of the unpacked text.
    pub bytes: u64,
    /// SHA-256 of the unpacked text as far as it was read, in hexadecimal.
    pub sha256: String,
    /// What is wrong with the file, in its order.
    pub problems: Vec<CsvError>,
    /// Whether the file was read to its end; if not, there may be more of everything.
    pub is_complete: bool,
}

/// Reads a CSV of square images with pixels from 0 to 255: plain, gzip, or a zip with one file in
/// it.
///
/// # Errors
/// The first [`CsvError`] in the file.
pub fn read(path: impl AsRef<Path>) -> Result<ImageSet, ReadError> {
    ReadOptions::default().read(path)
}

impl ReadOptions {
    /// Reads a CSV of such images: plain, gzip, or a zip with one file in it.
    ///
    /// # Errors
    /// The first [`CsvError`] in the file.
    pub fn read(self, path: impl AsRef<Path>) -> Result<ImageSet, ReadError> {
        let path = path.as_ref();
        let Scan { set, mut problems, .. } = self.scan(path, 1)?;
        // What has no row has a problem: that there is none.
        let problem = problems.pop();
        match (problem, set) {
            (None, Some(set)) => Ok(set),
            (problem, _) => Err(ReadError {
                path: path.to_owned(),
                problem: problem.unwrap_or(CsvError::NoRows),
            }),
        }
    }

    /// Reads a CSV as [`read`](Self::read) does, from `cache` if it has been read before, and keeps
    /// it there otherwise. Of several processes that read the same file at once, one parses it and
    /// the others wait for that.
    ///
    /// # Errors
    /// As [`read`](Self::read). A cache that cannot be written to is no error, only slower.
    pub fn read_cached(self, path: impl AsRef<Path>, cache: &Path) -> Result<ImageSet, ReadError> {
        read_or_keep(self, path.as_ref(), cache)
    }

    /// Reads what can be read of a file, and tells everything about it, `most` problems at most.
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
    /// The images with their labels, to train on: their labels say which classes there are.
    ///
    /// # Errors
    /// The file has pixels alone, or labels that make no classes.
    pub fn labelled(self) -> Result<Images, ReadError> {
        let classes = self.classes();
        self.into_images(classes)
    }

    /// The images with their labels, to test a network on that was trained on those images.
    ///
    /// # Errors
    /// The file has pixels alone, images of another size, or a label that no image has there.
    pub fn labelled_like(self, trained: &Images) -> Result<Images, ReadError> {
        self.labelled_as(trained.size(), trained.classes())
    }

    /// The images with their labels, to test a network on that was trained on images of this size
    /// and these classes.
    ///
    /// # Errors
    /// The file has pixels alone, images of another size, or another label.
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

    /// Refuses images of another size than this.
    ///
    /// # Errors
    /// They are.
    pub fn of_size(self, expected: ImageSize) -> Result<Self, ReadError> {
        let found = self.size;
        if found == expected {
            return Ok(self);
        }
        Err(ReadError { path: self.path, problem: CsvError::OtherSize { found, expected } })
    }

    /// Which classes there are.
    ///
    /// # Errors
    /// The file has pixels alone, or labels that make no classes.
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

    /// The labels, where the file has them.
    pub fn labels(&self) -> Option<&[u16]> {
        self.labels.as_deref()
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.images.len()
    }

    /// SHA-256 of the unpacked text, in hexadecimal: the same however the file is packed.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}
