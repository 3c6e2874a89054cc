//! The parser: reads a CSV of images line by line.

use std::io::{self, BufRead};

use super::{CsvError, Form, LineEnd, ReadOptions};
use crate::{
    ImageSize,
    checksum::Checksum,
    classes::MOST_CLASSES,
    raw::RawImages,
    shown::{printable, shortened},
};

/// The largest length of a line: more than the header of the largest images. A longer line is
/// refused before it fills the memory.
pub(super) const MAX_LINE: usize = 4 << 20;
/// The largest number of lines. A small packed file can unpack to more than fits in memory.
pub(super) const MAX_LINES: usize = 1_000_000;
/// The largest number of pixels in a file; a pixel takes a byte.
pub(super) const MAX_PIXELS: usize = 1 << 30;
/// The largest label: the largest number of classes, counted from 1.
pub(super) const MAX_LABEL: u16 = MOST_CLASSES as u16;

/// The content of a file.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// The size of the images; none if the first line fits no size.
    pub(super) size: Option<ImageSize>,
    /// The images of the valid rows.
    pub(super) images: RawImages,
    /// The labels of the valid rows; empty if the file has none.
    pub(super) labels: Vec<u16>,
    pub(super) form: Form,
    /// Bytes of the unpacked text.
    pub(super) bytes: u64,
    /// The checksum of the unpacked text, in hexadecimal.
    pub(super) sha256: String,
    /// The errors, in the order of the file.
    pub(super) problems: Vec<CsvError>,
    /// Whether the file was read to its end.
    pub(super) is_complete: bool,
}

/// The end of parsing: the largest number of errors, or an error that ends the file.
struct Enough;

pub(super) struct Reader<'a> {
    text: &'a mut dyn BufRead,
    options: ReadOptions,
    checksum: Checksum,
    /// The current line, without its line end, and its number.
    line: Vec<u8>,
    number: usize,
    /// Whether the current line has a line end.
    ended: bool,
    /// The largest number of errors.
    most: usize,
    /// The number of columns of every row.
    columns: usize,
    content: Content,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a mut dyn BufRead, options: ReadOptions, most: usize) -> Self {
        Self {
            text,
            options,
            checksum: Checksum::new(),
            line: Vec::with_capacity(4096),
            number: 0,
            ended: true,
            most,
            columns: 0,
            content: Content::default(),
        }
    }

    /// Reads the file to its end, or to the largest number of errors.
    pub(super) fn content(mut self) -> Content {
        self.content.is_complete = self.rows().is_ok();
        self.content.sha256 = self.checksum.finish();
        self.content
    }

    fn rows(&mut self) -> Result<(), Enough> {
        if !self.next_line()? {
            return self.fail(CsvError::Empty);
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
        if self.content.images.len() == 0 && self.content.problems.is_empty() {
            return self.fail(CsvError::NoRows);
        }
        Ok(())
    }

    fn report(&mut self, problem: CsvError) -> Result<(), Enough> {
        self.content.problems.push(problem);
        if self.content.problems.len() < self.most { Ok(()) } else { Err(Enough) }
    }

    /// Reports an error after which parsing cannot continue.
    fn fail<T>(&mut self, problem: CsvError) -> Result<T, Enough> {
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
            Ok(read) if read > MAX_LINE => return self.fail(CsvError::Long { line }),
            Ok(read) if read > 0 && line > MAX_LINES => return self.fail(CsvError::Lines),
            Ok(read) => read,
            Err(reason) => return self.fail(CsvError::Read { line, reason }),
        };
        self.checksum.update(&self.line);
        self.content.bytes += read as u64;
        self.ended = self.line.pop_if(|last| *last == b'\n').is_some();
        if self.ended {
            let end = if self.line.pop_if(|last| *last == b'\r').is_some() {
                LineEnd::CrLf
            } else {
                LineEnd::Lf
            };
            self.content.form.see(end);
        }
        if line == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
            self.line.drain(..3);
            self.content.form.has_mark = true;
        }
        Ok(read > 0)
    }

    /// Derives the dialect from the first line: header, labels, and size of the images.
    fn tell_form(&mut self) -> Result<(), Enough> {
        let (line, image, has_header) = (self.number, self.options.image, is_header(&self.line));
        let found = fields(&self.line).count();
        let first = fields(&self.line).next().map(text).unwrap_or_default();
        let is_labelled = has_header && is_label(&first);
        // A line without an end may be cut short.
        let is_believed =
            |size: ImageSize| self.ended || image.is_some() || size == ImageSize::MNIST;
        let Some((columns, size)) =
            meaning(found, is_labelled, image).filter(|(_, size)| is_believed(*size))
        else {
            return self.fail(CsvError::Width {
                line,
                found,
                image,
                is_labelled,
                last: !self.ended,
            });
        };
        self.columns = found;
        self.content.size = Some(size);
        self.content.images = RawImages::new(size.pixels());
        self.content.form.is_labelled = columns == Columns::LabelAndPixels;
        if !has_header {
            return Ok(());
        }
        if self.content.form.is_labelled && !is_labelled {
            self.report(CsvError::Header { line, value: first })?;
        }
        self.content.form.header = Some(header(&self.line));
        Ok(())
    }

    /// Adds the row in the current line, or reports its errors.
    fn row(&mut self) -> Result<(), Enough> {
        if self.plain_row() { Ok(()) } else { self.careful_row() }
    }

    /// Adds the row in the current line if it is valid and plainly written. This is the fast path:
    /// one pass over the bytes, without error messages.
    fn plain_row(&mut self) -> bool {
        let Content { images, labels, form, .. } = &mut self.content;
        let (label, rest) = match self.line.iter().position(|byte| *byte == b',') {
            Some(comma) if form.is_labelled => {
                (number::<4>(&self.line[..comma]), &self.line[comma + 1..])
            }
            _ => (None, &self.line[..]),
        };
        let label = label.filter(|label| *label <= MAX_LABEL);
        if label.is_some() != form.is_labelled || is_full(images) {
            return false;
        }
        let most = self.options.pixel_max.get();
        let is_plain = images.push_with(|pixels| plain_pixels(rest, most, pixels));
        if is_plain {
            labels.extend(label);
        }
        is_plain
    }

    /// Adds the row in the current line, or reports all its errors.
    fn careful_row(&mut self) -> Result<(), Enough> {
        let (line, expected) = (self.number, self.columns);
        let found = fields(&self.line).count();
        if found != expected {
            return self.report(CsvError::Columns { line, found, expected, last: !self.ended });
        }
        if is_full(&self.content.images) {
            return self.fail(CsvError::Pixels { line });
        }
        let Content { images, labels, form, .. } = &mut self.content;
        let (mut label, mut pixels) = (None, Vec::with_capacity(images.pixels()));
        let most = self.options.pixel_max.get();
        let mut problems = Vec::new();
        let mut fields = fields(&self.line).enumerate();
        if form.is_labelled {
            let (_, field) = fields.next().unwrap_or_default();
            match number::<4>(field).filter(|label| *label <= MAX_LABEL) {
                Some(number) => label = Some(number),
                None => problems.push(CsvError::Label { line, value: text(field) }),
            }
        }
        for (index, field) in fields {
            match number::<3>(field) {
                Some(pixel) if pixel <= u16::from(most) => pixels.push(pixel as u8),
                _ => problems.push(CsvError::Pixel {
                    line,
                    column: index + 1,
                    value: text(field),
                    most,
                }),
            }
        }
        if problems.is_empty() {
            images.push_with(|image| {
                image.copy_from_slice(&pixels);
                true
            });
            labels.extend(label);
        }
        problems.into_iter().try_for_each(|problem| self.report(problem))
    }

    /// Skips empty lines; false at the end of the file. Empty lines at the end are allowed, those
    /// between rows are an error.
    fn skip_empty_lines(&mut self) -> Result<bool, Enough> {
        let line = self.number;
        while self.next_line()? {
            if !self.line.is_empty() {
                self.report(CsvError::Blank { line, expected: self.columns })?;
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether the file has the largest number of pixels.
fn is_full(images: &RawImages) -> bool {
    (images.len() + 1) * images.pixels() > MAX_PIXELS
}

fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| *byte == b',')
}

/// Whether the first line is a header: it does not begin like a number. An exception is `1x1`, the
/// name of the first pixel in `mnist-in-csv`, with which a header without labels begins.
fn is_header(line: &[u8]) -> bool {
    line.starts_with(b"1x1,") || !matches!(line.first(), Some(b'0'..=b'9' | b'-' | b'+' | b'.'))
}

/// The header, shortened: `label,1x1,…,28x28`.
fn header(line: &[u8]) -> String {
    let mut names = fields(line);
    let shown: Vec<String> =
        [names.next(), names.next(), names.last()].into_iter().flatten().map(text).collect();
    printable(&match &shown[..] {
        [first, second, last] => format!("{first},{second},…,{last}"),
        few => few.join(","),
    })
}

/// Whether a name of the header is `label`.
fn is_label(name: &str) -> bool {
    let name = name.trim();
    let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
    name.eq_ignore_ascii_case("label")
}

/// The content of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Columns {
    LabelAndPixels,
    Pixels,
}

/// The content of this number of columns and the size of the images: `image`, or squares; none if
/// neither fits. A first column with the name "label" is a label.
fn meaning(
    columns: usize,
    is_labelled: bool,
    image: Option<ImageSize>,
) -> Option<(Columns, ImageSize)> {
    let size = |pixels: usize| match image {
        Some(image) => Some(image).filter(|image| image.pixels() == pixels),
        None => ImageSize::square(pixels),
    };
    let labelled = size(columns - 1).map(|size| (Columns::LabelAndPixels, size));
    labelled.or_else(|| size(columns).filter(|_| !is_labelled).map(|size| (Columns::Pixels, size)))
}

/// A whole number of at most `MOST` digits, which is at most 4.
fn number<const MOST: usize>(field: &[u8]) -> Option<u16> {
    if field.is_empty() || field.len() > MOST {
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
    Some(value)
}

/// Fills a row of zeros with the numbers between commas; false unless their count is right and each
/// is at most `most`.
fn plain_pixels(mut rest: &[u8], most: u8, row: &mut [u8]) -> bool {
    // Most pixels are background.
    const ZEROS: &[u8; 16] = b"0,0,0,0,0,0,0,0,";
    let mut pixels = row.iter_mut();
    loop {
        while rest.starts_with(ZEROS) && pixels.len() > ZEROS.len() / 2 {
            pixels.nth(ZEROS.len() / 2 - 1);
            rest = &rest[ZEROS.len()..];
        }
        let (value, after) = match *rest {
            [b'0', b',', ..] => (0, 1),
            [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ..] => {
                (digit(a) * 100 + digit(b) * 10 + digit(c), 3)
            }
            [a @ b'0'..=b'9', b @ b'0'..=b'9', ..] => (digit(a) * 10 + digit(b), 2),
            [a @ b'0'..=b'9', ..] => (digit(a), 1),
            _ => return false,
        };
        match (u8::try_from(value), pixels.next()) {
            (Ok(value), Some(pixel)) if value <= most => *pixel = value,
            _ => return false,
        }
        match rest[after..] {
            [] => return pixels.len() == 0,
            [b',', ..] => rest = &rest[after + 1..],
            _ => return false,
        }
    }
}

/// The value of a digit.
fn digit(byte: u8) -> u16 {
    u16::from(byte - b'0')
}

/// A field as an error shows it: printable and short.
fn text(field: &[u8]) -> String {
    const SHOWN: usize = 20;
    shortened(&String::from_utf8_lossy(field), SHOWN)
}
