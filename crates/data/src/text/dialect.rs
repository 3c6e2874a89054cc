//! The dialect of a text: encoding, separator, line ends.

use super::encoding::{Encoding, decoded};
use crate::Form;

/// The dialect of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) encoding: Encoding,
    pub(super) has_mark: bool,
    pub(super) separator: Separator,
    pub(super) ends: LineEnds,
}

/// The separator of the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    Byte(u8),
    /// One or more blanks or tabs.
    Blanks,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineEnds {
    Lf,
    CrLf,
    /// CR alone, as on old Macs.
    Cr,
}

impl Dialect {
    /// Tells the dialect from the first bytes of a text.
    pub(super) fn of(head: &[u8]) -> Self {
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
