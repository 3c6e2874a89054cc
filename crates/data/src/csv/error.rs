//! What can be wrong with a file.

use std::{io, path::PathBuf};

use super::reader::{MAX_LABEL, MAX_LINE, MAX_LINES, MAX_PIXELS};
use crate::{Classes, ImageSize, classes::MOST_CLASSES};

/// Why a file was refused. Its text is one line: the file, and the problem.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: CsvError,
}

/// What is wrong with a file. Lines and columns count from 1, the header included.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// It cannot be opened or unpacked.
    #[error("{}", open_reason(.0))]
    Open(io::Error),
    /// Reading or unpacking breaks off in the middle.
    #[error("line {line}: {}", read_reason(.reason))]
    Read {
        /// The line that could not be read whole.
        line: usize,
        /// What the system or the decoder says.
        reason: io::Error,
    },
    /// It has no bytes.
    #[error("the file is empty; expected rows of images (label and pixels)")]
    Empty,
    /// It has a header and nothing else.
    #[error("the file has a header but no rows")]
    NoRows,
    /// The first line has not as many columns as an image needs.
    #[error("line {line}: {}", width_reason(*.found, *.image, *.is_labelled, *.last))]
    Width {
        /// The line.
        line: usize,
        /// Its number of columns.
        found: usize,
        /// The size that the images should have, if one was given.
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
    /// A later line has another number of columns than the first.
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
    /// An empty line before the last row.
    #[error("line {line}: an empty line between rows; expected {expected} columns")]
    Blank {
        /// The line.
        line: usize,
        /// The first line's number of columns.
        expected: usize,
    },
    /// A line too long to be a row.
    #[error("line {line}: longer than {MAX_LINE} bytes; this is not a CSV of images")]
    Long {
        /// The line.
        line: usize,
    },
    /// More lines than a set of images has.
    #[error("more than {MAX_LINES} lines; this is not a CSV of images")]
    Lines,
    /// More pixels in all than fit in the memory.
    #[error("line {line}: more than {MAX_PIXELS} pixels so far; expected fewer or smaller images")]
    Pixels {
        /// The line.
        line: usize,
    },
    /// A pixel that is none.
    #[error(
        "line {line}, column {column}: {value:?} is not a pixel value; expected a whole number \
         from 0 to {most}"
    )]
    Pixel {
        /// The line.
        line: usize,
        /// The column, the label's included.
        column: usize,
        /// The text found there.
        value: String,
        /// The largest pixel allowed.
        most: u8,
    },
    /// A label that is none.
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
    /// The file has no labels where they are needed.
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
    /// A label whose predecessor no row has.
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
    /// There is nothing to tell apart.
    #[error("every row has the label {label}; expected at least 2 classes")]
    OneClass {
        /// The label.
        label: u16,
    },
    /// More classes than are allowed.
    #[error("{count} classes; expected at most {MOST_CLASSES}")]
    ManyClasses {
        /// How many.
        count: usize,
    },
    /// A row to test on has a class that no row to train on has.
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
    /// The images to test on are of another size than those to train on.
    #[error("images of {found} pixels; expected {expected} as in the training data")]
    OtherSize {
        /// Their size.
        found: ImageSize,
        /// The size of those to train on.
        expected: ImageSize,
    },
}

/// What is wrong with a number of columns, and which would be right: a slip names the size that was
/// meant.
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

/// The size of a square image that takes about as many columns; that of MNIST if there is none.
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
        _ => format!("{error}; the file may be damaged: fetch it again"),
    }
}
