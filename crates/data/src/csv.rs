//! Reads digits from CSV in every dialect they travel in.
//!
//! A row is a label and 784 pixels, or 784 pixels alone (Kaggle's `test.csv`). A header is optional; its names do not
//! matter, but a first column of a labelled file is called `label`. Lines end in LF or CRLF, a byte-order mark may lead.
//! Anything else is refused with the line, the column, the value and what was expected: no row is ever skipped.

mod problem;
mod reader;

use std::path::{Path, PathBuf};

pub use problem::{Problem, ReadError};
use reader::{Content, Reader};

use crate::{
    Digits, PIXELS,
    source::{self, Packing},
};

/// The content of a CSV file: images, and their labels where the file has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    path: PathBuf,
    /// Row by row, 784 bytes each.
    pixels: Vec<u8>,
    labels: Option<Vec<u8>>,
    sha256: String,
}

/// How a file writes its digits.
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

/// Everything about a file that might be a CSV of digits.
#[derive(Debug)]
pub struct Scan {
    /// The rows without a problem.
    pub table: Table,
    /// How they are written.
    pub form: Form,
    /// Bytes of the unpacked text.
    pub bytes: u64,
    /// What is wrong with the file, in its order.
    pub problems: Vec<Problem>,
    /// Whether the file was read to its end; if not, there may be more of everything.
    pub is_complete: bool,
}

/// Reads a CSV of digits: plain, gzip, or a zip with one file in it.
///
/// # Errors
/// The first [`Problem`] in the file.
pub fn read(path: impl AsRef<Path>) -> Result<Table, ReadError> {
    let path = path.as_ref();
    let (content, _) = content(path, 1)?;
    let Content { pixels, labels, form, sha256, mut problems, .. } = content;
    match problems.pop() {
        Some(problem) => Err(ReadError { path: path.to_owned(), problem }),
        None => Ok(Table::from_parts(path, pixels, form.is_labelled.then_some(labels), sha256)),
    }
}

/// Reads what can be read of a file, and tells everything about it, `most` problems at most.
///
/// # Errors
/// The file cannot be opened.
pub fn scan(path: impl AsRef<Path>, most: usize) -> Result<Scan, ReadError> {
    let path = path.as_ref();
    let (content, packing) = content(path, most)?;
    let Content { pixels, labels, form, bytes, sha256, problems, is_complete } = content;
    let table = Table::from_parts(path, pixels, form.is_labelled.then_some(labels), sha256);
    Ok(Scan { table, form: Form { packing, ..form }, bytes, problems, is_complete })
}

fn content(path: &Path, most: usize) -> Result<(Content, Packing), ReadError> {
    source::with_text(path, |text, packing| (Reader::new(text, most).content(), packing))
        .map_err(|reason| ReadError { path: path.to_owned(), problem: Problem::Open(reason) })
}

impl Table {
    pub(crate) fn from_parts(path: &Path, pixels: Vec<u8>, labels: Option<Vec<u8>>, sha256: String) -> Self {
        Self { path: path.to_owned(), pixels, labels, sha256 }
    }

    /// The digits with their labels, as training and testing need them.
    ///
    /// # Errors
    /// [`Problem::Unlabelled`] if the file has pixels alone.
    pub fn labelled(self) -> Result<Digits, ReadError> {
        match self.labels {
            Some(labels) => Ok(Digits::from_parts(self.pixels, labels)),
            None => Err(ReadError { path: self.path, problem: Problem::Unlabelled }),
        }
    }

    /// The pixels of all rows, 784 bytes each.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The labels, where the file has them.
    pub fn labels(&self) -> Option<&[u8]> {
        self.labels.as_deref()
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.pixels.len() / PIXELS
    }

    /// SHA-256 of the unpacked text, in hexadecimal: the same however the file is packed.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}
