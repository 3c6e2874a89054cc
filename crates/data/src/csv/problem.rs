//! What can be wrong with a file.

use std::{io, path::PathBuf};

use super::reader::{MAX_LINE, MAX_LINES};

/// Why a file was refused. Its text is one line: the file, and the problem.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a file. Lines and columns count from 1, the header included.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
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
    #[error("the file is empty; expected rows of digits (label and 784 pixels)")]
    Empty,
    /// It has a header and nothing else.
    #[error("the file has a header but no rows")]
    NoRows,
    /// The first line has neither 785 nor 784 columns.
    #[error(
        "line {line}: {found} column{}; expected 785 (label and 784 pixels) or 784 (pixels alone)",
        if *found == 1 { "" } else { "s" }
    )]
    Width {
        /// The line.
        line: usize,
        /// Its number of columns.
        found: usize,
    },
    /// A header of 785 names does not begin with the label.
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
    #[error("line {line}: longer than {MAX_LINE} bytes; this is no CSV of digits")]
    Long {
        /// The line.
        line: usize,
    },
    /// More lines than a digit set has.
    #[error("more than {MAX_LINES} lines; this is no CSV of digits")]
    Lines,
    /// A pixel that is none.
    #[error("line {line}, column {column}: {value:?} is no pixel; expected a whole number from 0 to 255")]
    Pixel {
        /// The line.
        line: usize,
        /// The column, the label's included.
        column: usize,
        /// The text found there.
        value: String,
    },
    /// A label that is none.
    #[error("line {line}, column 1: {value:?} is no label; expected a digit from 0 to 9")]
    Label {
        /// The line.
        line: usize,
        /// The text found there.
        value: String,
    },
    /// The file has no labels where they are needed.
    #[error(
        "the file has no labels (784 columns, pixels alone); training and testing need a label in column 1, as Kaggle's \
         train.csv has; Kaggle's test.csv is there to be labelled and submitted"
    )]
    Unlabelled,
}

fn open_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file; expected a CSV of digits, plain, .gz or .zip".to_owned(),
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
