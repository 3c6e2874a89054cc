//! The fast path: commas, whole numbers, a label in the first or the last column, nothing else.

use std::{
    io::{self, BufRead},
    mem,
};

use csv::ByteRecord;

use super::{
    Content, MAX_LINE, MAX_LINES,
    columns::{Reason, Spread, Which, describe_label},
    header::{self, names_id, names_label, plain_name},
    records::Dialect,
};
use crate::{
    Form, ImageSize, LabelColumn, Labels, ReadOptions,
    checksum::Checksum,
    classes::MOST_CLASSES,
    memory::PER_LABEL,
    raw::{MAX_PIXELS, RawImages},
    set::Scale,
};

/// Something that is not plain, or wrong: the careful reader finds out.
struct NotPlain;

type Plain<T> = Result<T, NotPlain>;

/// Reads a file; none if it is not plainly written, or if the place of the labels is not certain.
pub(super) fn read(text: &mut dyn BufRead, options: &ReadOptions) -> Option<Content> {
    if options.grey {
        return None;
    }
    let mut reader = Reader {
        text,
        checksum: Checksum::new(),
        bytes: 0,
        line: Vec::with_capacity(4096),
        number: 0,
        is_crlf: false,
        has_mark: false,
    };
    reader.table(options).ok()
}

struct Reader<'a> {
    text: &'a mut dyn BufRead,
    checksum: Checksum,
    bytes: u64,
    /// The current line, without its line end, and its number.
    line: Vec<u8>,
    number: usize,
    is_crlf: bool,
    has_mark: bool,
}

/// The place of the labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    None,
    First,
    Last,
    /// The first or the last column: all rows decide.
    FirstOrLast,
}

/// The rows of a file: labels as numbers.
struct Rows {
    images: RawImages,
    labels: Vec<u16>,
    first_line: usize,
}

impl Reader<'_> {
    fn table(&mut self, options: &ReadOptions) -> Plain<Content> {
        self.next_line()?;
        let is_cut = !self.line.ends_with(b"\n");
        let first = ByteRecord::from(self.fields());
        let header = header::is_header(&first).then_some(first);
        let columns = self.fields().len();
        let (mut label, size) = layout(columns, header.as_ref(), options)?;
        if header.is_some() {
            self.next_line()?;
        } else if is_cut {
            // A single line without an end may be cut short.
            return Err(NotPlain);
        }
        let first_line = self.number;
        let images = RawImages::new(size.pixels());
        let mut rows = Rows { images, labels: Vec::new(), first_line };
        let most = options.pixel_max.get();
        self.rows(&mut rows, label, most)?;
        if rows.images.len() == 0 {
            return Err(NotPlain);
        }
        if label == Label::FirstOrLast {
            label = rows.find_labels(most)?;
        }
        let form = self.form(label, columns, header.as_ref(), options);
        let Rows { images, labels, first_line } = rows;
        let checksum = mem::replace(&mut self.checksum, Checksum::new());
        Ok(Content {
            size: Some(size),
            memory: images.memory() + labels.len() * PER_LABEL,
            images,
            labels: match label {
                Label::None => None,
                _ => Some(to_labels(&labels, first_line)?),
            },
            ids: None,
            scale: Scale::Whole,
            form,
            bytes: self.bytes,
            sha256: checksum.finish(),
            problems: Vec::new(),
            is_complete: true,
        })
    }

    /// Reads the rows, of which the first is the current line.
    fn rows(&mut self, rows: &mut Rows, label: Label, most: u8) -> Plain<()> {
        while !self.line.is_empty() {
            let line = without_end(&self.line);
            if line.is_empty() || (rows.images.len() + 1) * rows.images.pixels() > MAX_PIXELS {
                // Empty lines at the end are plain.
                return self.only_empty_lines();
            }
            let (value, pixels) = match label {
                Label::None => (None, line),
                Label::First | Label::FirstOrLast => {
                    let comma = line.iter().position(|byte| *byte == b',').ok_or(NotPlain)?;
                    (Some(number(&line[..comma])?), &line[comma + 1..])
                }
                Label::Last => {
                    let comma = line.iter().rposition(|byte| *byte == b',').ok_or(NotPlain)?;
                    (Some(number(&line[comma + 1..])?), &line[..comma])
                }
            };
            if !rows.images.push_with(|image| plain_pixels(pixels, most, image)) {
                return Err(NotPlain);
            }
            rows.labels.extend(value);
            self.next_line()?;
        }
        Ok(())
    }

    fn only_empty_lines(&mut self) -> Plain<()> {
        while !self.line.is_empty() {
            if !without_end(&self.line).is_empty() {
                return Err(NotPlain);
            }
            self.next_line()?;
        }
        Ok(())
    }

    /// Reads the next line, with its end; an empty one at the end of the file.
    fn next_line(&mut self) -> Plain<()> {
        self.line.clear();
        self.number += 1;
        let mut limited = io::Read::take(&mut *self.text, MAX_LINE as u64 + 1);
        let read = limited.read_until(b'\n', &mut self.line).map_err(|_| NotPlain)?;
        if read > MAX_LINE || self.number > MAX_LINES {
            return Err(NotPlain);
        }
        self.checksum.update(&self.line);
        self.bytes += read as u64;
        self.is_crlf = self.is_crlf || self.line.ends_with(b"\r\n");
        if self.number == 1 && self.line.starts_with(b"\xef\xbb\xbf") {
            self.line.drain(..3);
            self.has_mark = true;
        }
        Ok(())
    }

    fn fields(&self) -> Vec<&[u8]> {
        without_end(&self.line).split(|byte| *byte == b',').collect()
    }

    /// The description of the file, as the careful reader has it.
    fn form(
        &self,
        label: Label,
        columns: usize,
        header: Option<&ByteRecord>,
        options: &ReadOptions,
    ) -> Form {
        let column = if label == Label::Last { columns } else { 1 };
        let is_named = header
            .and_then(|header| header.get(column - 1))
            .is_some_and(|name| names_label(&plain_name(name)));
        let reason = match label {
            _ if options.label_column.is_some() => Reason::Given,
            Label::None => Reason::PixelsAlone,
            _ if is_named => Reason::Name,
            _ => Reason::NotThere(columns + 1 - column),
        };
        let mut form = Form::default();
        Dialect::plain(self.has_mark, self.is_crlf).describe(&mut form);
        form.add("header", header.map_or_else(|| "none".to_owned(), header::shown));
        let label = (label != Label::None).then_some(column - 1);
        describe_label(&mut form, label, &reason, header);
        form.add("values", "whole numbers");
        form
    }
}

impl Rows {
    /// Whether the labels, read from the first column, are there or in the last one.
    fn find_labels(&mut self, most: u8) -> Plain<Label> {
        let last = |row: usize| self.images.image(row).last().copied().unwrap_or_default();
        let at_first = spread(self.labels.iter().copied());
        // The first column may be pixels, too.
        let at_last = match self.labels.iter().all(|value| *value <= u16::from(most)) {
            true => spread((0..self.images.len()).map(|row| u16::from(last(row)))),
            false => Spread::Other,
        };
        match Spread::choose(at_first, at_last) {
            Some(Which::First) => Ok(Label::First),
            Some(Which::Last) => {
                for (image, label) in self.images.iter_mut().zip(&mut self.labels) {
                    // The first pixel was read as the label, and the label as the last pixel.
                    image.rotate_right(1);
                    let last = mem::replace(&mut image[0], *label as u8);
                    *label = u16::from(last);
                }
                Ok(Label::Last)
            }
            None => Err(NotPlain),
        }
    }
}

/// How these values are distributed.
fn spread(values: impl Iterator<Item = u16>) -> Spread {
    let mut counts = vec![0; usize::from(u16::MAX) + 1];
    values.for_each(|value| counts[usize::from(value)] += 1);
    counts.retain(|count| *count > 0);
    Spread::of(&counts)
}

/// The place of the labels, and the size of the images, from the number of columns and the header.
fn layout(
    columns: usize,
    header: Option<&ByteRecord>,
    options: &ReadOptions,
) -> Plain<(Label, ImageSize)> {
    let size = |values: usize| match options.image {
        Some(image) => Some(image).filter(|image| image.pixels() == values),
        None => ImageSize::square(values),
    };
    let names: Vec<String> = header.into_iter().flatten().map(plain_name).collect();
    if names
        .iter()
        .enumerate()
        .any(|(place, name)| names_id(name) && (place == 0 || !name.is_empty()))
    {
        return Err(NotPlain);
    }
    let labels = || names.iter().enumerate().filter(|(_, name)| names_label(name));
    let named = match labels().map(|(place, _)| place).collect::<Vec<_>>()[..] {
        [] => None,
        [0] => Some(Label::First),
        [place] if place + 1 == columns => Some(Label::Last),
        _ => return Err(NotPlain),
    };
    let label = match (&options.label_column, named) {
        (None, Some(label)) => label,
        (None, None) if size(columns).is_some() => Label::None,
        (None, None) if options.labels.is_none() => Label::FirstOrLast,
        (Some(LabelColumn::First), _) if size(columns).is_none() => Label::First,
        (Some(LabelColumn::Last), _) if size(columns).is_none() => Label::Last,
        (Some(LabelColumn::None), None) => Label::None,
        _ => return Err(NotPlain),
    };
    let values = columns - usize::from(label != Label::None);
    size(values).map(|size| (label, size)).ok_or(NotPlain)
}

/// The labels, in order.
fn to_labels(values: &[u16], first_line: usize) -> Plain<Labels> {
    const MISSING: u16 = u16::MAX;
    let most = values.iter().copied().max().unwrap_or_default();
    let mut lines = vec![0; usize::from(most) + 1];
    for (row, value) in values.iter().enumerate().rev() {
        lines[usize::from(*value)] = first_line + row;
    }
    let mut index_of = vec![MISSING; lines.len()];
    let (mut names, mut first_lines) = (Vec::new(), Vec::new());
    for (value, line) in lines.into_iter().enumerate().filter(|(_, line)| *line > 0) {
        index_of[value] = names.len() as u16;
        names.push(value.to_string());
        first_lines.push(line);
    }
    if names.len() > MOST_CLASSES {
        return Err(NotPlain);
    }
    let of_rows = values.iter().map(|value| index_of[usize::from(*value)]).collect();
    Ok(Labels::from_parts(names, first_lines, of_rows))
}

fn without_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A whole number of one to four digits.
fn number(field: &[u8]) -> Plain<u16> {
    if field.is_empty() || field.len() > 4 || !field.iter().all(u8::is_ascii_digit) {
        return Err(NotPlain);
    }
    Ok(field.iter().fold(0, |number, byte| number * 10 + digit(*byte)))
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
