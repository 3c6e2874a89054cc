//! Reads digits from CSV in every dialect they travel in.
//!
//! A row is a label and 784 pixels, or 784 pixels alone (Kaggle's `test.csv`). A header is optional; its names do not
//! matter, but a first column of a labelled file is called `label`. Lines end in LF or CRLF, a byte-order mark may lead.
//! Anything else is refused with the line, the column, the value and what was expected: no row is ever skipped.

use std::{
    io::{self, BufRead},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{CLASSES, Digits, PIXELS, source};

/// The longest line that can be a row of digits: 785 fields in quotes with room to spare. A longer one is refused
/// before it fills the memory.
const MAX_LINE: usize = 16 * 1024;
/// More rows than any published digit set has, and as many as fit in a gigabyte.
const MAX_ROWS: usize = 1_000_000;

/// The content of a CSV file: images, and their labels where the file has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    path: PathBuf,
    /// Row by row, 784 bytes each.
    pixels: Vec<u8>,
    labels: Option<Vec<u8>>,
    sha256: String,
}

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
    /// More rows than a digit set has.
    #[error("line {line}: more than {MAX_ROWS} rows; this is no digit set")]
    Rows {
        /// The line.
        line: usize,
    },
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
        "the file has no labels (784 columns, pixels alone); training and testing need a label in column 1, \
         as Kaggle's train.csv has"
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

/// Reads a CSV of digits: plain, gzip, or a zip with one file in it.
///
/// # Errors
/// The first [`Problem`] in the file.
pub fn read(path: impl AsRef<Path>) -> Result<Table, ReadError> {
    let path = path.as_ref();
    let content = source::with_text(path, |text| Reader::new(text).table()).map_err(Problem::Open);
    let (pixels, labels, sha256) =
        content.and_then(|table| table).map_err(|problem| ReadError { path: path.to_owned(), problem })?;
    Ok(Table::from_parts(path, pixels, labels, sha256))
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

/// What a reading ends in: pixels, labels, checksum.
type Content = (Vec<u8>, Option<Vec<u8>>, String);

struct Reader<'a> {
    text: &'a mut dyn BufRead,
    hash: Sha256,
    /// The line read last, without its line end, and its number.
    line: Vec<u8>,
    number: usize,
    /// Whether the line read last had a line end.
    ended: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a mut dyn BufRead) -> Self {
        Self { text, hash: Sha256::new(), line: Vec::with_capacity(4096), number: 0, ended: true }
    }

    fn table(mut self) -> Result<Content, Problem> {
        if !self.next_line()? {
            return Err(Problem::Empty);
        }
        let labelled = self.is_labelled()?;
        let (mut pixels, mut labels) = (Vec::new(), Vec::new());
        let mut more = if is_header(&self.line) { self.next_line()? } else { true };
        while more {
            if self.line.is_empty() {
                self.only_blank_lines_follow(PIXELS + usize::from(labelled))?;
                break;
            }
            if pixels.len() / PIXELS == MAX_ROWS {
                return Err(Problem::Rows { line: self.number });
            }
            self.row(labelled, &mut pixels, &mut labels)?;
            more = self.next_line()?;
        }
        if pixels.is_empty() {
            return Err(Problem::NoRows);
        }
        Ok((pixels, labelled.then_some(labels), hex(&self.hash.finalize())))
    }

    /// Reads the next line; false at the end of the file.
    fn next_line(&mut self) -> Result<bool, Problem> {
        self.line.clear();
        self.number += 1;
        let mut limited = io::Read::take(&mut *self.text, MAX_LINE as u64 + 1);
        let read =
            limited.read_until(b'\n', &mut self.line).map_err(|reason| Problem::Read { line: self.number, reason })?;
        if read > MAX_LINE {
            return Err(Problem::Long { line: self.number });
        }
        self.hash.update(&self.line);
        self.ended = self.line.pop_if(|last| *last == b'\n').is_some();
        if self.ended {
            self.line.pop_if(|last| *last == b'\r');
        }
        if self.number == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
            self.line.drain(..3);
        }
        Ok(read > 0)
    }

    /// Tells from the first line whether rows have a label.
    fn is_labelled(&self) -> Result<bool, Problem> {
        let columns = fields(&self.line).count();
        match columns {
            785 if is_header(&self.line) => {
                let first = fields(&self.line).next().unwrap_or_default();
                let name = first.trim_ascii().strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\""));
                if !name.unwrap_or(first.trim_ascii()).eq_ignore_ascii_case(b"label") {
                    return Err(Problem::Header { line: self.number, value: text(first) });
                }
                Ok(true)
            }
            785 => Ok(true),
            784 => Ok(false),
            found => Err(Problem::Width { line: self.number, found }),
        }
    }

    fn row(&self, labelled: bool, pixels: &mut Vec<u8>, labels: &mut Vec<u8>) -> Result<(), Problem> {
        let expected = PIXELS + usize::from(labelled);
        let line = self.number;
        let found = fields(&self.line).count();
        if found != expected {
            return Err(Problem::Columns { line, found, expected, last: !self.ended });
        }
        for (index, field) in fields(&self.line).enumerate() {
            match (labelled && index == 0, number(field)) {
                (true, Some(label)) if usize::from(label) < CLASSES => labels.push(label),
                (true, _) => return Err(Problem::Label { line, value: text(field) }),
                (false, Some(pixel)) => pixels.push(pixel),
                (false, None) => return Err(Problem::Pixel { line, column: index + 1, value: text(field) }),
            }
        }
        Ok(())
    }

    /// Empty lines at the end of a file are nothing; between rows they are a mistake.
    fn only_blank_lines_follow(&mut self, expected: usize) -> Result<(), Problem> {
        let line = self.number;
        while self.next_line()? {
            if !self.line.is_empty() {
                return Err(Problem::Blank { line, expected });
            }
        }
        Ok(())
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| *byte == b',')
}

/// A first line is a header unless it begins like a number, a wrong one included.
fn is_header(line: &[u8]) -> bool {
    !matches!(line.first(), Some(b'0'..=b'9' | b'-' | b'+' | b'.'))
}

/// A whole number from 0 to 255.
fn number(field: &[u8]) -> Option<u8> {
    if field.is_empty() || field.len() > 3 {
        return None;
    }
    let mut value = 0u16;
    for byte in field {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u16::from(digit);
    }
    u8::try_from(value).ok()
}

/// A field as it is shown in an error: readable, and never longer than a few words.
fn text(field: &[u8]) -> String {
    const SHOWN: usize = 20;
    let mut shown: String = String::from_utf8_lossy(field).chars().take(SHOWN).collect();
    if field.len() > SHOWN {
        shown.push('…');
    }
    shown
}
