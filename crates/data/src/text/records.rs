//! Splits a text into records of fields, whatever its encoding, line ends, separator and quotes.

use std::io::{self, BufRead, Cursor, Read};

use csv::{ByteRecord, ReaderBuilder};

use super::next_line;
use crate::{Form, Problem, checksum::Checksum};

/// The bytes from which the dialect is told.
const HEAD: usize = 1 << 20;
/// The most lines that a quoted field may take.
const QUOTED_LINES: usize = 16;

/// The dialect of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    encoding: Encoding,
    has_mark: bool,
    separator: Separator,
    ends: LineEnds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16 { is_little: bool },
}

/// The separator of the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    Byte(u8),
    /// One or more blanks or tabs.
    Blanks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineEnds {
    Lf,
    CrLf,
    /// CR alone, as on old Macs.
    Cr,
}

impl Dialect {
    /// Tells the dialect from the first bytes of a text.
    fn of(head: &[u8]) -> Self {
        let (encoding, has_mark) = match head {
            [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, true),
            [0xff, 0xfe, ..] => (Encoding::Utf16 { is_little: true }, true),
            [0xfe, 0xff, ..] => (Encoding::Utf16 { is_little: false }, true),
            [1..=255, 0, 1..=255, 0, ..] => (Encoding::Utf16 { is_little: true }, false),
            [0, 1..=255, 0, 1..=255, ..] => (Encoding::Utf16 { is_little: false }, false),
            _ => (Encoding::Utf8, false),
        };
        let text = decoded(head, encoding);
        let ends = match text.iter().position(|byte| *byte == b'\n') {
            Some(place) if place > 0 && text[place - 1] == b'\r' => LineEnds::CrLf,
            None if text.contains(&b'\r') => LineEnds::Cr,
            _ => LineEnds::Lf,
        };
        Self { encoding, has_mark, separator: Separator::of(&text), ends }
    }

    /// The dialect of plain files.
    pub(super) fn plain(has_mark: bool, is_crlf: bool) -> Self {
        Self {
            encoding: Encoding::Utf8,
            has_mark,
            separator: Separator::Byte(b','),
            ends: if is_crlf { LineEnds::CrLf } else { LineEnds::Lf },
        }
    }

    /// Adds itself to the description of a file.
    pub(super) fn describe(self, form: &mut Form) {
        form.add(
            "separator",
            match self.separator {
                Separator::Byte(b',') => "comma",
                Separator::Byte(b';') => "semicolon",
                Separator::Byte(b'\t') => "tab",
                Separator::Byte(_) => "other",
                Separator::Blanks => "blanks",
            },
        );
        form.add(
            "lines",
            match self.ends {
                LineEnds::Lf => "end in LF",
                LineEnds::CrLf => "end in CRLF",
                LineEnds::Cr => "end in CR",
            },
        );
        let mark = if self.has_mark { " with a byte-order mark" } else { "" };
        match self.encoding {
            Encoding::Utf8 if !self.has_mark => {}
            Encoding::Utf8 => form.add("encoding", format!("UTF-8{mark}")),
            Encoding::Utf16 { .. } => form.add("encoding", format!("UTF-16{mark}")),
        }
    }
}

impl Separator {
    /// The separator that divides the first rows: that of which each has the most.
    fn of(text: &[u8]) -> Self {
        // The first lines may be comments; the last one may be cut.
        const LINES: usize = 12;
        let lines = text.split(|byte| matches!(byte, b'\n' | b'\r'));
        let lines = lines.filter(|line| !line.is_empty() && !matches!(line[0], b'#' | b'%'));
        let lines: Vec<&[u8]> = lines.take(LINES).collect();
        let fewest = |byte: u8| {
            let count = |line: &&[u8]| line.iter().filter(|other| **other == byte).count();
            lines.iter().map(count).min().unwrap_or_default()
        };
        // Of two that divide every row, the decimal comma is the other one.
        let candidates = [b'\t', b';', b','].map(|byte| (fewest(byte), byte));
        match candidates.into_iter().filter(|(count, _)| *count > 0).max_by_key(|(count, _)| *count)
        {
            Some((_, byte)) => Self::Byte(byte),
            None if fewest(b' ') > 0 => Self::Blanks,
            None => Self::Byte(b','),
        }
    }
}

/// The records of a text, one after the other.
pub(super) struct Records<'a> {
    text: Box<dyn BufRead + 'a>,
    dialect: Dialect,
    /// The number of the current line, from 1; of a record of several lines, the first.
    pub(super) line: usize,
    read_lines: usize,
    bytes: Vec<u8>,
    record: ByteRecord,
    /// The lines that were passed over.
    pub(super) blank: usize,
    pub(super) comments: usize,
    /// Whether a field was quoted.
    pub(super) is_quoted: bool,
    /// The names of the columns, if they stand in front: in a comment, or as ARFF has them.
    names: Option<ByteRecord>,
    /// Whether this is ARFF (<https://waikato.github.io/weka-wiki/formats_and_processing/arff/>):
    /// declarations of the columns, then rows, which may give only what is not 0.
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
        let is_arff = is_arff(&decoded(&head, dialect.encoding));
        let separator = if is_arff { Separator::Byte(b',') } else { dialect.separator };
        let dialect = Dialect { separator, ..dialect };
        let whole = Cursor::new(head).chain(text);
        let text: Box<dyn BufRead> = match dialect.encoding {
            Encoding::Utf8 => Box::new(io::BufReader::with_capacity(HEAD, whole)),
            Encoding::Utf16 { is_little } => {
                let decoder = Utf16 { inner: whole, is_little, pending: Vec::new() };
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

    /// Reads the declarations of ARFF, up to the rows.
    fn declarations(&mut self) -> Result<(), Problem> {
        let mut names = ByteRecord::new();
        while self.next_line()? {
            let line = String::from_utf8_lossy(self.bytes.trim_ascii()).into_owned();
            let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((&line, ""));
            match word.to_lowercase().as_str() {
                "@data" => {
                    self.columns = names.len();
                    self.names = Some(names);
                    return Ok(());
                }
                "@attribute" => {
                    let rest = rest.trim();
                    let name = match rest.chars().next() {
                        Some(quote @ ('\'' | '"')) => rest[1..].split(quote).next(),
                        _ => rest.split(char::is_whitespace).next(),
                    };
                    names.push_field(name.unwrap_or_default().as_bytes());
                }
                _ => {}
            }
        }
        Err(Problem::Form("an ARFF file without @data; expected rows behind it".to_owned()))
    }

    /// The bytes of memory that the text of a record takes.
    pub(super) fn memory(&self) -> usize {
        self.bytes.capacity()
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The names in front of the first record.
    pub(super) fn take_names(&mut self) -> Option<ByteRecord> {
        self.names.take()
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

    /// Fills in the zeros of a row of ARFF that gives only other values: `{3 17, 64 'five'}`.
    fn split_sparse(&mut self) -> Result<(), Problem> {
        let line = String::from_utf8_lossy(self.bytes.trim_ascii()).into_owned();
        let refuse = || {
            let what = "expected places and values in braces, as in {3 17, 64 5}";
            Problem::Form(format!("line {}: {what}", self.line))
        };
        let inside = line.strip_prefix('{').and_then(|line| line.strip_suffix('}'));
        let mut fields = vec![b"0".to_vec(); self.columns];
        for pair in inside.ok_or_else(refuse)?.split(',').filter(|pair| !pair.trim().is_empty()) {
            let (place, value) = pair.trim().split_once(char::is_whitespace).ok_or_else(refuse)?;
            let field = place.parse().ok().and_then(|place: usize| fields.get_mut(place));
            *field.ok_or_else(refuse)? = value.trim().trim_matches(['\'', '"']).into();
        }
        fields.iter().for_each(|field| self.record.push_field(field));
        Ok(())
    }
}

/// Whether a text begins like ARFF.
fn is_arff(text: &[u8]) -> bool {
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty() && !line.starts_with(b"%"));
    let first = lines.next().unwrap_or_default().to_ascii_lowercase();
    first.starts_with(b"@relation") || first.starts_with(b"@attribute")
}

/// Text as UTF-8: what the encoding makes of these bytes.
fn decoded(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => bytes.to_vec(),
        Encoding::Utf16 { is_little } => {
            let mut text = Vec::new();
            let _ = Utf16 { inner: bytes, is_little, pending: Vec::new() }.read_to_end(&mut text);
            text
        }
    }
}

/// Decodes UTF-16, without the mark.
struct Utf16<R> {
    inner: R,
    is_little: bool,
    /// Decoded bytes that did not fit.
    pending: Vec<u8>,
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.pending.is_empty() {
            // A block of whole pairs of units.
            let mut block = Vec::with_capacity(1 << 14);
            if (&mut self.inner).take(1 << 14).read_to_end(&mut block)? == 0 {
                return Ok(0);
            }
            let units = block.chunks(2).map(|pair| {
                let pair = [pair[0], pair.get(1).copied().unwrap_or_default()];
                if self.is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
            });
            for unit in char::decode_utf16(units) {
                let decoded = unit.unwrap_or(char::REPLACEMENT_CHARACTER);
                if decoded != '\u{feff}' {
                    self.pending.extend(decoded.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
        }
        let count = bytes.len().min(self.pending.len());
        bytes[..count].copy_from_slice(&self.pending[..count]);
        self.pending.drain(..count);
        Ok(count)
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
