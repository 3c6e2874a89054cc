//! The errors of files of images.

use std::{io, path::PathBuf};

use host::{stop, text::counted};

use crate::{Classes, ImageSize, classes::ClassesError};

/// Why a file of images cannot be used. Its text is one line: the file, and the error in it.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// The error in it.
    pub problem: Problem,
}

impl ReadError {
    /// Whether a request to stop ended the reading.
    pub fn is_stop(&self) -> bool {
        match &self.problem {
            Problem::Open(reason) | Problem::Read { reason, .. } => stop::is_stop(reason),
            _ => false,
        }
    }
}

/// An error in a file of images. Lines and columns count from 1, with the header.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
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
    /// The file as a whole cannot be understood. The text says what it is, and what would be right.
    #[error("{0}")]
    Form(String),
    /// Some rows are wrong, all for the same reason.
    #[error("{}", rows_reason(.places, *.count, .reason))]
    Rows {
        /// The first places: a line, and where it matters a column.
        places: Vec<Place>,
        /// The number of places in all.
        count: usize,
        /// What is wrong, with the first value, and what would be right.
        reason: String,
    },
    /// The file has no labels.
    #[error(
        "the file has no labels ({}, {size} pixels alone); training and testing need a \
         column of labels, as Kaggle's train.csv has, or a file of them with --labels; Kaggle's \
         test.csv is there to be labelled and submitted",
        counted(size.pixels(), "column")
    )]
    Unlabelled {
        /// The size of its images.
        size: ImageSize,
    },
    /// The labels are no classes.
    #[error(transparent)]
    Classes(ClassesError),
    /// A test row has a label that is not in the training data.
    #[error("line {line}: label {label}; expected a label of the training data, {classes}")]
    UnknownLabel {
        /// The line.
        line: usize,
        /// The label.
        label: String,
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

/// A place in a file of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, where it matters.
    pub column: Option<usize>,
}

/// `line 3, column 7: …`, or `line 3, column 7: …; so are lines 4 and 9, and 12 other places`.
fn rows_reason(places: &[Place], count: usize, reason: &str) -> String {
    let in_words = |place: &Place| match place.column {
        Some(column) => format!("line {}, column {column}", place.line),
        None => format!("line {}", place.line),
    };
    let Some((first, others)) = places.split_first() else { return reason.to_owned() };
    let first = format!("{}: {reason}", in_words(first));
    if count < 2 {
        return first;
    }
    let others: Vec<String> = others.iter().map(in_words).collect();
    let more = (count - 1).saturating_sub(others.len());
    let more = if more == 0 { String::new() } else { format!(", and {more} more") };
    format!("{first}; likewise {}{more}", others.join("; "))
}

fn open_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => {
            "no such file; expected a CSV of images, plain, .gz or .zip".to_owned()
        }
        io::ErrorKind::OutOfMemory => TOO_LARGE.to_owned(),
        _ => error.to_string(),
    }
}

const TOO_LARGE: &str = "this machine has too little memory, or the file was packed with a larger \
                         dictionary than that of `xz -9`: unpack it first";

fn read_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            "the packed data ends too early; the file was cut short: fetch it again".to_owned()
        }
        io::ErrorKind::OutOfMemory => TOO_LARGE.to_owned(),
        _ if stop::is_stop(error) => error.to_string(),
        _ if error.to_string() == "invalid gzip header" => {
            "something else stands behind the packed data; the file may be damaged: fetch it again"
                .to_owned()
        }
        _ => format!("{error}; the file may be damaged: fetch it again"),
    }
}
