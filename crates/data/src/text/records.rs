//! Splits a text into records of fields, whatever its encoding, line ends, separator and quotes.

mod arff;

use std::io::{self, BufRead, Cursor, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::{
    dialect::{Dialect, LineEnds, Separator},
    encoding::{Encoding, Utf16, decoded},
    next_line,
};
use crate::{Problem, checksum::Checksum};

/// The bytes from which the dialect is told.
const HEAD: usize = 1 << 20;
/// The most lines that a quoted field may take.
const QUOTED_LINES: usize = 16;

/// The records of a text, one after the other.
pub(super) struct Records<'a> {
    text: Box<dyn BufRead + 'a>,
    dialect: Dialect,
    /// The number of the current line, from 1; of a record of several lines, the first.
    pub(super) line: usize,
    read_lines: usize,
    bytes: Vec<u8>,
    pub(super) record: ByteRecord,
    /// The lines that were passed over.
    pub(super) blank: usize,
    pub(super) comments: usize,
    /// Whether a field was quoted.
    pub(super) is_quoted: bool,
    /// The names of the columns, if they stand in front: in a comment, or as ARFF has them.
    pub(super) names: Option<ByteRecord>,
    /// Whether this is ARFF.
    pub(super) is_arff: bool,
    /// The number of columns that ARFF declares.
    columns: usize,
    /// Whether the last line has an end.
    pub(super) is_ended: bool,
}

impl<'a> Records<'a> {
    /// Begins to read a text.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn new(mut text: impl Read + 'a) -> Result<Self, Problem> {
        let mut head = Vec::new();
        let read = (&mut text).take(HEAD as u64).read_to_end(&mut head);
        read.map_err(|reason| Problem::Read { line: 1, reason })?;
        let dialect = Dialect::of(&head);
        if decoded(&head, dialect.encoding).contains(&0) {
            let what = "binary data, of no kind that is known here; expected a text of rows of \
                        numbers, such as a CSV";
            return Err(Problem::Form(what.to_owned()));
        }
        let is_arff = arff::is_arff(&decoded(&head, dialect.encoding));
        let separator = if is_arff { Separator::Byte(b',') } else { dialect.separator };
        let dialect = Dialect { separator, ..dialect };
        let whole = Cursor::new(head).chain(text);
        let text: Box<dyn BufRead> = match dialect.encoding {
            Encoding::Utf8 => Box::new(io::BufReader::with_capacity(HEAD, whole)),
            Encoding::Utf16 { is_little } => {
                let decoder = Utf16::new(whole, is_little);
                Box::new(io::BufReader::with_capacity(HEAD, decoder))
            }
        };
        let mut records = Self {
            text,
            dialect,
            line: 0,
            read_lines: 0,
            bytes: Vec::new(),
            record: ByteRecord::new(),
            blank: 0,
            comments: 0,
            is_quoted: false,
            names: None,
            is_arff,
            columns: 0,
            is_ended: true,
        };
        if is_arff {
            records.declarations()?;
        }
        Ok(records)
    }

    /// The bytes of memory that the text of a record takes.
    pub(super) fn memory(&self) -> usize {
        self.bytes.capacity()
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The next record; none at the end.
    ///
    /// # Errors
    /// Reading fails, or the text is no table.
    pub(super) fn next(&mut self) -> Result<Option<&ByteRecord>, Problem> {
        loop {
            if !self.next_line()? {
                return Ok(None);
            }
            let line = self.bytes.trim_ascii();
            // Control-Z ends a text on old systems.
            if line.is_empty() || line == b"\x1a" {
                self.blank += 1;
                continue;
            }
            let is_comment = line.starts_with(b"#") || line.starts_with(b"%");
            self.split()?;
            if is_comment {
                self.comments += 1;
                if self.comments == 1 && self.line == 1 {
                    self.names = Some(self.record.clone());
                }
                continue;
            }
            // A spreadsheet writes an empty row as separators alone.
            if self.record.iter().all(|field| field.trim_ascii().is_empty()) {
                self.blank += 1;
                continue;
            }
            return Ok(Some(&self.record));
        }
    }

    /// Reads a line without its end into `bytes`; false at the end.
    fn next_line(&mut self) -> Result<bool, Problem> {
        self.bytes.clear();
        let is_there = self.more()?;
        self.line = self.read_lines;
        if self.line == 1 && self.bytes.starts_with(b"\xef\xbb\xbf") {
            self.bytes.drain(..3);
        }
        // Blanks at the end of the file are no row.
        Ok(is_there)
    }

    /// Adds the next line to `bytes`; false at the end.
    fn more(&mut self) -> Result<bool, Problem> {
        let line = self.read_lines + 1;
        let end = if self.dialect.ends == LineEnds::Cr { b'\r' } else { b'\n' };
        let before = self.bytes.len();
        if next_line(&mut *self.text, end, line, &mut self.bytes)? == 0 {
            return Ok(false);
        }
        self.read_lines = line;
        self.is_ended = self.bytes.pop_if(|last| *last == end).is_some();
        if self.is_ended && end == b'\n' && self.bytes.len() > before {
            self.bytes.pop_if(|last| *last == b'\r');
        }
        Ok(true)
    }

    /// Splits the line into fields; with a quoted field that goes on, also the next lines.
    fn split(&mut self) -> Result<(), Problem> {
        self.record.clear();
        let separator = match self.dialect.separator {
            Separator::Byte(separator) => separator,
            Separator::Blanks => {
                let words = self.bytes.split(u8::is_ascii_whitespace);
                words.filter(|word| !word.is_empty()).for_each(|word| self.record.push_field(word));
                return Ok(());
            }
        };
        if self.is_arff && self.bytes.trim_ascii_start().starts_with(b"{") {
            return self.split_sparse();
        }
        let quote = if self.is_arff && self.bytes.contains(&b'\'') { b'\'' } else { b'"' };
        if !self.bytes.contains(&quote) {
            let fields = self.bytes.split(|byte| *byte == separator);
            fields.for_each(|field| self.record.push_field(field));
            return Ok(());
        }
        self.is_quoted = true;
        for _ in 0..QUOTED_LINES {
            if self.bytes.iter().filter(|byte| **byte == quote).count() % 2 == 0 {
                break;
            }
            self.bytes.push(b'\n');
            if !self.more()? {
                break;
            }
        }
        if self.bytes.iter().filter(|byte| **byte == quote).count() % 2 != 0 {
            let what = format!("line {}: a quote that is not closed", self.line);
            return Err(Problem::Form(what));
        }
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .quote(quote)
            .trim(csv::Trim::All)
            .buffer_capacity(self.bytes.len().max(1))
            .from_reader(&self.bytes[..]);
        let read = reader.read_byte_record(&mut self.record);
        read.map(drop).map_err(|error| Problem::Form(format!("line {}: {error}", self.line)))
    }
}

/// Passes bytes on, and takes their checksum and their number.
pub(super) struct Hashed<'a> {
    pub(super) text: &'a mut dyn BufRead,
    pub(super) checksum: &'a mut Checksum,
    pub(super) bytes: &'a mut u64,
}

impl Read for Hashed<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.text.read(bytes)?;
        self.checksum.update(&bytes[..count]);
        *self.bytes += count as u64;
        Ok(count)
    }
}
