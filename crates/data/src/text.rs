//! Reads grey images from text: a row for each image, with its pixels, and mostly with its label.
//!
//! `plain` reads what is plainly written, as nearly all published files are: commas, whole numbers,
//! a label in the first or the last column. It is several times as fast as `careful`, which reads
//! everything else in two passes: the first one finds out what the columns are, from all of the
//! file, and the second one takes the values, and lists what is wrong.

mod careful;
mod columns;
mod header;
mod plain;
mod records;
mod values;

use records::Hashed;

use std::{
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use crate::{
    Form, Ids, ImageSize, Labels, Problem, ReadOptions,
    checksum::Checksum,
    raw::RawImages,
    set::Scale,
    source::{self, Packing},
};

/// The largest length of a line: more than the header of the largest images. A longer line is
/// refused before it fills the memory.
pub(crate) const MAX_LINE: usize = 4 << 20;
/// The largest number of lines. A small packed file can unpack to more than fits in memory.
pub(crate) const MAX_LINES: usize = 1_000_000;

/// The content of a file.
#[derive(Debug, Default)]
pub(crate) struct Content {
    /// The size of the images; none if the file has none.
    pub(crate) size: Option<ImageSize>,
    /// The images of the valid rows.
    pub(crate) images: RawImages,
    /// The labels of the valid rows; none if the file has none.
    pub(crate) labels: Option<Labels>,
    /// The ids of the valid rows; none if the file has none.
    pub(crate) ids: Option<Ids>,
    /// The scale of the values.
    pub(crate) scale: Scale,
    /// How the file was understood.
    pub(crate) form: Form,
    /// The most bytes of memory that the images took while they were read.
    pub(crate) memory: usize,
    /// Bytes of the unpacked text.
    pub(crate) bytes: u64,
    /// The checksum of the unpacked text, in hexadecimal.
    pub(crate) sha256: String,
    /// The errors, in the order of the file.
    pub(crate) problems: Vec<Problem>,
    /// Whether the file was read to its end.
    pub(crate) is_complete: bool,
}

/// Adds the next line, with its end, to `bytes`, and returns the number of bytes: 0 at the end of
/// the text.
///
/// # Errors
/// The text cannot be read, or has lines that are longer or more than those of any images.
pub(crate) fn next_line(
    text: &mut dyn BufRead,
    end: u8,
    line: usize,
    bytes: &mut Vec<u8>,
) -> Result<usize, Problem> {
    let mut limited = Read::take(text, MAX_LINE as u64 + 1);
    match limited.read_until(end, bytes) {
        Err(reason) => Err(Problem::Read { line, reason }),
        Ok(0) => Ok(0),
        Ok(read) if read > MAX_LINE => {
            let what = format!("line {line}: longer than {MAX_LINE} bytes; this is no image");
            Err(Problem::Form(what))
        }
        Ok(_) if line > MAX_LINES => {
            let what = format!("more than {MAX_LINES} lines; expected fewer images");
            Err(Problem::Form(what))
        }
        Ok(read) => Ok(read),
    }
}

impl Content {
    /// What `read` makes of a content, with the checksum of all of it.
    pub(crate) fn hashed(
        content: &mut dyn BufRead,
        read: impl FnOnce(&mut dyn BufRead) -> Result<Self, Problem>,
    ) -> Self {
        let (mut checksum, mut bytes) = (Checksum::new(), 0);
        let hashed = Hashed { text: content, checksum: &mut checksum, bytes: &mut bytes };
        let mut hashed = BufReader::new(hashed);
        let found = read(&mut hashed);
        let rest = io::copy(&mut hashed, &mut io::sink());
        drop(hashed);
        let sha256 = checksum.finish();
        let found = found.and_then(|found| {
            rest.map(|_| found).map_err(|reason| Problem::Read { line: 1, reason })
        });
        match found {
            Ok(found) => Self { bytes, sha256, ..found },
            Err(problem) => Self {
                bytes,
                sha256,
                is_complete: !matches!(problem, Problem::Read { .. }),
                problems: vec![problem],
                ..Self::default()
            },
        }
    }
}

/// Reads a file of text.
///
/// # Errors
/// The file cannot be opened.
pub(crate) fn read(path: &Path, options: &ReadOptions) -> io::Result<(Content, Packing)> {
    let plain = source::with_content(path, |text, packing| {
        plain::read(text, options).map(|content| (content, packing))
    })?;
    if let Some(read) = plain {
        return Ok(read);
    }
    let survey =
        source::with_content(path, |text, packing| (careful::survey(text, options), packing))?;
    match survey {
        (Err(content), packing) => Ok((*content, packing)),
        (Ok(survey), packing) => {
            let content = source::with_content(path, |text, _| survey.read(text))?;
            Ok((content, packing))
        }
    }
}
