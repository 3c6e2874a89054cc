//! The errors of files of images.

use std::{io, path::PathBuf};

use host::stop;

use super::reader::{MAX_LABEL, MAX_LINE, MAX_LINES, MAX_PIXELS};
use crate::{Classes, ImageSize, classes::MOST_CLASSES};

/// Why a file of images cannot be used. Its text is one line: the file, and the error in it.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// The error in it.
    pub problem: CsvError,
}

impl ReadError {
    /// Whether a request to stop ended the reading.
    pub fn is_stop(&self) -> bool {
        match &self.problem {
            CsvError::Open(reason) | CsvError::Read { reason, .. } => stop::is_stop(reason),
            _ => false,
        }
    }
}

/// An error in a file of images. Lines and columns count from 1, with the header.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// The file cannot be opened or unpacked.
    #[error("{}", open_reason(.0))]
    Open(io::Error),
    /// Reading or unpacking breaks off in the middle.
    #[error("line {line}: {}", read_reason(.reason))]
    Read {
        /// The incomplete line.
        line: usize,
        /// The message of the system or the decoder.
        reason: io::Error,
    },
    /// The file has no bytes.
    #[error("the file is empty; expected rows of images (label and pixels)")]
    Empty,
    /// The file has a header and nothing else.
    #[error("the file has a header but no rows")]
    NoRows,
    /// The number of columns of the first line fits no image.
    #[error("line {line}: {}", width_reason(*.found, *.image, *.is_labelled, *.last))]
    Width {
        /// The line.
        line: usize,
        /// Its number of columns.
        found: usize,
        /// The expected size of the images, if it is known.
        image: Option<ImageSize>,
        /// Whether the first column is called "label".
        is_labelled: bool,
        /// Whether the file ends in this line, without a line end.
        last: bool,
    },
    /// The header of a labelled file does not begin with the label.
    #[error("line {line}, column 1: {value:?}; expected the header to begin with \"label\"")]
    Header {
        /// The line.
        line: usize,
        /// The first name.
        value: String,
    },
    /// The number of columns differs from that of the first line.
    #[error(
        "line {line}: {found} column{}; expected {expected} as in the lines before{}",
        if *found == 1 { "" } else { "s" },
        if *last { " (the file ends here: is it cut short?)" } else { "" }
    )]
    Columns {
        /// The line.
        line: usize,
        /// Its number of columns.
        found: usize,
        /// The first line's number of columns.
        expected: usize,
        /// Whether the file ends in this line, without a line end.
        last: bool,
    },
    /// A line between rows is empty.
    #[error("line {line}: an empty line between rows; expected {expected} columns")]
    Blank {
        /// The line.
        line: usize,
        /// The first line's number of columns.
        expected: usize,
    },
    /// A line is too long for a row.
    #[error("line {line}: longer than {MAX_LINE} bytes; this is not a CSV of images")]
    Long {
        /// The line.
        line: usize,
    },
    /// The file has too many lines for images.
    #[error("more than {MAX_LINES} lines; this is not a CSV of images")]
    Lines,
    /// The file has more pixels than fit in memory.
    #[error("line {line}: more than {MAX_PIXELS} pixels so far; expected fewer or smaller images")]
    Pixels {
        /// The line.
        line: usize,
    },
    /// A field is no valid pixel.
    #[error(
        "line {line}, column {column}: {value:?} is not a pixel value; expected a whole number \
         from 0 to {most}"
    )]
    Pixel {
        /// The line.
        line: usize,
        /// The column, with that of the label.
        column: usize,
        /// The text found there.
        value: String,
        /// The largest pixel allowed.
        most: u8,
    },
    /// A field is no valid label.
    #[error(
        "line {line}, column 1: {value:?} is not a label; expected a whole number from 0 to \
         {MAX_LABEL}"
    )]
    Label {
        /// The line.
        line: usize,
        /// The text found there.
        value: String,
    },
    /// The file has no labels.
    #[error(
        "the file has no labels ({} columns, {size} pixels alone); training and testing need a \
         label in column 1, as \
         Kaggle's train.csv has; Kaggle's test.csv is there to be labelled and submitted",
        size.pixels()
    )]
    Unlabelled {
        /// The size of its images.
        size: ImageSize,
    },
    /// The labels have a gap: no row has the label before this one.
    #[error(
        "line {line}, column 1: label {label}, but no row has label {}; expected labels from 0 or \
         from 1 on, without gaps",
        label - 1
    )]
    Gap {
        /// The line of the first row with this label.
        line: usize,
        /// The label.
        label: u16,
    },
    /// All rows have the same label.
    #[error("every row has the label {label}; expected at least 2 classes")]
    OneClass {
        /// The label.
        label: u16,
    },
    /// The number of classes is too large.
    #[error("{count} classes; expected at most {MOST_CLASSES}")]
    ManyClasses {
        /// The number of classes.
        count: usize,
    },
    /// A test row has a label that is not in the training data.
    #[error(
        "line {line}, column 1: label {label}; expected a label of the training data, {classes}"
    )]
    UnknownLabel {
        /// The line.
        line: usize,
        /// The label.
        label: u16,
        /// The classes of the training data.
        classes: Classes,
    },
    /// The test images have another size than the training images.
    #[error("images of {found} pixels; expected {expected} as in the training data")]
    OtherSize {
        /// The size of the test images.
        found: ImageSize,
        /// The size of the training images.
        expected: ImageSize,
    },
}

/// The message about a wrong number of columns. If it is close to a square, the message names that
/// size.
fn width_reason(found: usize, image: Option<ImageSize>, is_labelled: bool, last: bool) -> String {
    let guess = || if last { ImageSize::MNIST } else { nearest_square(found) };
    let size = image.unwrap_or_else(guess);
    let (with, without) = (size.pixels() + 1, size.pixels());
    let expected = match is_labelled {
        true => format!("{with} (label and {size} pixels)"),
        false => format!("{with} (label and {size} pixels) or {without} (pixels alone)"),
    };
    let other = match image {
        Some(size) => format!(", as --image {size} says"),
        None => "; other sizes must be square, or be given as in --image 20x30".to_owned(),
    };
    let plural = if found == 1 { "" } else { "s" };
    let first = if is_labelled { ", the first of them the label" } else { "" };
    let cut = if last { " (the file ends here: is it cut short?)" } else { "" };
    format!("{found} column{plural}{first}{cut}; expected {expected}{other}")
}

/// The size of a square image with about this number of columns; without one, that of MNIST.
fn nearest_square(columns: usize) -> ImageSize {
    const SLIP: usize = 3;
    let side = (columns as f64).sqrt().round() as usize;
    let square = ImageSize::square(side * side);
    square.filter(|size| columns.abs_diff(size.pixels()) <= SLIP).unwrap_or(ImageSize::MNIST)
}

fn open_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => {
            "no such file; expected a CSV of images, plain, .gz or .zip".to_owned()
        }
        _ => error.to_string(),
    }
}

fn read_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            "the packed data ends too early; the file was cut short: fetch it again".to_owned()
        }
        _ if stop::is_stop(error) => error.to_string(),
        _ => format!("{error}; the file may be damaged: fetch it again"),
    }
}
