//! NumPy's `.npy` (<https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>): a
//! header in the notation of Python, and the values.

use std::io::{self, BufRead, ErrorKind, Read};

use super::{
    Array,
    array::{Class, Kind},
};
use crate::{Problem, shown::shortened};

const MAGIC: &[u8] = b"\x93NUMPY";

/// Whether a file begins like `.npy`.
pub(crate) fn is_npy(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// The largest header: the names of the fields of a record, which are refused, may be long.
const MOST_HEADER: u64 = 1 << 16;

/// Reads a file.
///
/// # Errors
/// The file is cut short, or its values are neither numbers nor texts.
pub(crate) fn read(content: &mut dyn BufRead) -> Result<Array, Problem> {
    let header = header(content)?;
    let cut = || Problem::Form(CUT.to_owned());
    let after = |key: &str| {
        let rest = &header[header.find(&format!("'{key}'"))? + key.len() + 2..];
        rest.trim_start().strip_prefix(':').map(str::trim_start)
    };
    let kind = after("descr").and_then(|text| text.strip_prefix('\''));
    let kind = kind.and_then(|text| text.split('\'').next()).ok_or_else(|| {
        let what = "a .npy file of records; expected an array of numbers: write its columns one by \
                    one";
        Problem::Form(what.to_owned())
    })?;
    let is_fortran = after("fortran_order").is_some_and(|text| text.starts_with("True"));
    let shape = after("shape").and_then(|text| text.strip_prefix('('));
    let shape = shape.and_then(|text| text.split(')').next()).ok_or_else(cut)?;
    let lengths = shape.split(',').map(str::trim).filter(|length| !length.is_empty());
    let shape: Option<Vec<usize>> = lengths.map(|length| length.parse().ok()).collect();
    let kind = self::kind(kind).ok_or_else(|| {
        let what = format!(
            "a .npy file of {:?} values; expected numbers, such as uint8 or float32",
            shortened(kind, 20)
        );
        Problem::Form(what)
    })?;
    Array::read(content, shape.ok_or_else(cut)?, kind, is_fortran)
}

const CUT: &str = "a .npy file that is cut short: write it again";

/// The header: a dictionary in the notation of Python.
fn header(content: &mut dyn BufRead) -> Result<String, Problem> {
    let failed = |reason: io::Error| match reason.kind() {
        ErrorKind::UnexpectedEof => Problem::Form(CUT.to_owned()),
        _ => Problem::Read { line: 1, reason },
    };
    let mut start = [0; MAGIC.len() + 2];
    content.read_exact(&mut start).map_err(failed)?;
    // Version 1 has a length of 2 bytes, the others of 4.
    let mut length = [0; 4];
    let bytes = if start[MAGIC.len()] == 1 { 2 } else { 4 };
    content.read_exact(&mut length[..bytes]).map_err(failed)?;
    let length = u64::from(u32::from_le_bytes(length));
    let mut header = Vec::new();
    content.take(length.min(MOST_HEADER)).read_to_end(&mut header).map_err(failed)?;
    if (header.len() as u64) < length {
        return Err(Problem::Form(CUT.to_owned()));
    }
    Ok(String::from_utf8_lossy(&header).into_owned())
}

/// The type of the values, from its name: `<f4`.
fn kind(name: &str) -> Option<Kind> {
    let is_big = name.starts_with('>');
    let name = name.trim_start_matches(['<', '>', '|', '=']);
    let (letter, count) = name.split_at_checked(1)?;
    let count: usize = count.parse().ok().filter(|count| *count > 0)?;
    let (class, width) = match (letter, count) {
        ("b", 1) | ("u", 1 | 2 | 4 | 8) => (Class::Unsigned, count),
        ("i", 1 | 2 | 4 | 8) => (Class::Signed, count),
        ("f", 4 | 8) => (Class::Float, count),
        ("S", _) => (Class::Text, count),
        ("U", _) => (Class::WideText, count.checked_mul(4)?),
        _ => return None,
    };
    Some(Kind { class, width, is_big })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use super::*;

    fn parse(bytes: &[u8]) -> Result<Array, String> {
        read(&mut &*bytes).map_err(|problem| problem.to_string())
    }

    fn numbers(array: &Array) -> Vec<f64> {
        (0..array.len()).map(|index| array.number(index)).collect()
    }

    fn file(header: &str, values: &[u8]) -> Vec<u8> {
        let length = (header.len() as u16).to_le_bytes();
        [MAGIC, &[1, 0], &length, header.as_bytes(), values].concat()
    }

    #[test]
    fn an_array_is_the_same_in_either_order_and_endianness() {
        let c = file(
            "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }",
            &[1, 2, 3, 4, 5, 6],
        );
        let f =
            file("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", &[1, 4, 2, 5, 3, 6]);
        for array in [parse(&c).unwrap(), parse(&f).unwrap()] {
            assert_eq!(numbers(&array), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        }
        let little =
            file("{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }", &[1, 2, 0xff, 0xff]);
        let big =
            file("{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }", &[2, 1, 0xff, 0xff]);
        for array in [parse(&little).unwrap(), parse(&big).unwrap()] {
            assert_eq!(numbers(&array), [513.0, -1.0]);
        }
    }

    #[test]
    fn texts_are_labels_and_objects_are_refused() {
        let texts = file(
            "{'descr': '<U2', 'fortran_order': False, 'shape': (2,), }",
            &[b'a', 0, 0, 0, 0, 0, 0, 0, b'b', 0, 0, 0, b'c', 0, 0, 0],
        );
        let array = parse(&texts).unwrap();
        assert_eq!([array.text(0), array.text(1)], ["a", "bc"]);
        let objects = file("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", &[0; 16]);
        assert!(parse(&objects).unwrap_err().contains("expected numbers"));
        let cut = file("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", &[0; 15]);
        assert!(parse(&cut).unwrap_err().contains("cut short"));
    }
}
