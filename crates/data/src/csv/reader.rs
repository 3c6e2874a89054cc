//! Reads line by line.

use std::io::{self, BufRead};

use sha2::{Digest, Sha256};

use super::{Form, LineEnd, Problem};
use crate::{
    CLASSES, PIXELS,
    shown::{printable, shortened},
};

/// The longest line that can be a row of digits: 785 fields in quotes with room to spare. A longer one is refused
/// before it fills the memory.
pub(super) const MAX_LINE: usize = 16 * 1024;
/// The most lines that a file may have: as many rows as fit in a gigabyte. A few bytes, packed, can be more than any
/// machine can hold.
pub(super) const MAX_LINES: usize = 1_000_000;

/// What a reading ends in.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// Of the rows without a problem, 784 bytes each.
    pub(super) pixels: Vec<u8>,
    /// Of the same rows; empty if the file has none.
    pub(super) labels: Vec<u8>,
    pub(super) form: Form,
    /// Bytes of the unpacked text.
    pub(super) bytes: u64,
    /// Of the unpacked text, in hexadecimal.
    pub(super) sha256: String,
    /// In the order of the file.
    pub(super) problems: Vec<Problem>,
    /// Whether the file was read to its end.
    pub(super) is_complete: bool,
}

/// There are as many problems as anybody wants to hear of, or one that ends everything.
struct Enough;

pub(super) struct Reader<'a> {
    text: &'a mut dyn BufRead,
    hash: Sha256,
    /// The line read last, without its line end, and its number.
    line: Vec<u8>,
    number: usize,
    /// Whether the line read last had a line end.
    ended: bool,
    /// Reading stops at this many problems.
    most: usize,
    content: Content,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a mut dyn BufRead, most: usize) -> Self {
        Self {
            text,
            hash: Sha256::new(),
            line: Vec::with_capacity(4096),
            number: 0,
            ended: true,
            most,
            content: Content::default(),
        }
    }

    /// Reads the file to its end, or until there are problems enough.
    pub(super) fn content(mut self) -> Content {
        self.content.is_complete = self.rows().is_ok();
        self.content.sha256 = hex::encode(self.hash.finalize());
        self.content
    }

    fn rows(&mut self) -> Result<(), Enough> {
        if !self.next_line()? {
            return self.fail(Problem::Empty);
        }
        self.tell_form()?;
        let mut more = if is_header(&self.line) { self.next_line()? } else { true };
        while more {
            if self.line.is_empty() {
                more = self.skip_empty_lines()?;
                continue;
            }
            self.row()?;
            more = self.next_line()?;
        }
        if self.content.pixels.is_empty() && self.content.problems.is_empty() {
            return self.fail(Problem::NoRows);
        }
        Ok(())
    }

    fn report(&mut self, problem: Problem) -> Result<(), Enough> {
        self.content.problems.push(problem);
        if self.content.problems.len() < self.most { Ok(()) } else { Err(Enough) }
    }

    /// Reports a problem after which nothing else can be read.
    fn fail<T>(&mut self, problem: Problem) -> Result<T, Enough> {
        self.content.problems.push(problem);
        Err(Enough)
    }

    /// Reads the next line; false at the end of the file.
    fn next_line(&mut self) -> Result<bool, Enough> {
        self.line.clear();
        self.number += 1;
        let line = self.number;
        let mut limited = io::Read::take(&mut *self.text, MAX_LINE as u64 + 1);
        let read = match limited.read_until(b'\n', &mut self.line) {
            Ok(read) if read > MAX_LINE => return self.fail(Problem::Long { line }),
            Ok(read) if read > 0 && line > MAX_LINES => return self.fail(Problem::Lines),
            Ok(read) => read,
            Err(reason) => return self.fail(Problem::Read { line, reason }),
        };
        self.hash.update(&self.line);
        self.content.bytes += read as u64;
        self.ended = self.line.pop_if(|last| *last == b'\n').is_some();
        if self.ended {
            let end = if self.line.pop_if(|last| *last == b'\r').is_some() { LineEnd::CrLf } else { LineEnd::Lf };
            self.content.form.see(end);
        }
        if line == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
            self.line.drain(..3);
            self.content.form.has_mark = true;
        }
        Ok(read > 0)
    }

    /// Tells from the first line whether there is a header, and whether rows have a label.
    fn tell_form(&mut self) -> Result<(), Enough> {
        let names: Vec<String> = fields(&self.line).map(text).collect();
        self.content.form.is_labelled = match names.len() {
            785 => true,
            784 => false,
            found => return self.fail(Problem::Width { line: self.number, found }),
        };
        if !is_header(&self.line) {
            return Ok(());
        }
        let first = names[0].trim();
        let name = first.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(first);
        if self.content.form.is_labelled && !name.eq_ignore_ascii_case("label") {
            self.report(Problem::Header { line: self.number, value: names[0].clone() })?;
        }
        let header = format!("{},{},…,{}", names[0], names[1], names[names.len() - 1]);
        self.content.form.header = Some(printable(&header));
        Ok(())
    }

    /// The number of columns of every row.
    fn expected(&self) -> usize {
        PIXELS + usize::from(self.content.form.is_labelled)
    }

    /// Keeps the row in the current line, if it is one.
    fn row(&mut self) -> Result<(), Enough> {
        let (line, expected, is_labelled) = (self.number, self.expected(), self.content.form.is_labelled);
        let found = fields(&self.line).count();
        if found != expected {
            return self.report(Problem::Columns { line, found, expected, last: !self.ended });
        }
        let Content { pixels, labels, .. } = &mut self.content;
        let before = (pixels.len(), labels.len());
        let mut problems = Vec::new();
        for (index, field) in fields(&self.line).enumerate() {
            match (is_labelled && index == 0, number(field)) {
                (true, Some(label)) if usize::from(label) < CLASSES => labels.push(label),
                (true, _) => problems.push(Problem::Label { line, value: text(field) }),
                (false, Some(pixel)) => pixels.push(pixel),
                (false, None) => problems.push(Problem::Pixel { line, column: index + 1, value: text(field) }),
            }
        }
        if !problems.is_empty() {
            pixels.truncate(before.0);
            labels.truncate(before.1);
        }
        problems.into_iter().try_for_each(|problem| self.report(problem))
    }

    /// Goes to the next line that is not empty; false if there is none. Empty lines at the end of a file are nothing;
    /// between rows they are a mistake.
    fn skip_empty_lines(&mut self) -> Result<bool, Enough> {
        let line = self.number;
        while self.next_line()? {
            if !self.line.is_empty() {
                self.report(Problem::Blank { line, expected: self.expected() })?;
                return Ok(true);
            }
        }
        Ok(false)
    }
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
    shortened(&String::from_utf8_lossy(field), SHOWN)
}
