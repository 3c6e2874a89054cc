//! NumPy's `.npy` (<https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>): a
//! header in the notation of Python, and the values.

use std::io::BufRead;

use super::{Array, Values};
use crate::Problem;

const MAGIC: &[u8] = b"\x93NUMPY";

/// Whether a file begins like `.npy`.
pub(crate) fn is_npy(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// Reads a file.
///
/// # Errors
/// The file is cut short, or its values are neither numbers nor texts.
pub(crate) fn read(content: &mut dyn BufRead) -> Result<Array, Problem> {
    let mut bytes = Vec::new();
    content.read_to_end(&mut bytes).map_err(|reason| Problem::Read { line: 1, reason })?;
    parse(&bytes).map_err(Problem::Form)
}

fn parse(bytes: &[u8]) -> Result<Array, String> {
    let cut = "a .npy file that is cut short: write it again";
    let version = *bytes.get(MAGIC.len()).ok_or(cut)?;
    let (start, length) = match version {
        1 => (
            10,
            bytes.get(8..10).map(|length| usize::from(length[0]) | usize::from(length[1]) << 8),
        ),
        _ => {
            let length = bytes.get(8..12).and_then(|length| length.first_chunk());
            (12, length.map(|length| u32::from_le_bytes(*length) as usize))
        }
    };
    let end = start + length.ok_or(cut)?;
    let header = String::from_utf8_lossy(bytes.get(start..end).ok_or(cut)?);
    let after = |key: &str| {
        let rest = &header[header.find(&format!("'{key}'"))? + key.len() + 2..];
        rest.trim_start().strip_prefix(':').map(str::trim_start)
    };
    let kind = after("descr").and_then(|text| text.strip_prefix('\''));
    let kind = kind.and_then(|text| text.split('\'').next()).ok_or(
        "a .npy file of records; expected an array of numbers: write its columns one by one",
    )?;
    let is_fortran = after("fortran_order").is_some_and(|text| text.starts_with("True"));
    let shape = after("shape").and_then(|text| text.strip_prefix('('));
    let shape = shape.and_then(|text| text.split(')').next()).ok_or(cut)?;
    let shape: Option<Vec<usize>> = shape
        .split(',')
        .map(str::trim)
        .filter(|length| !length.is_empty())
        .map(|length| length.parse().ok())
        .collect();
    let shape = shape.ok_or(cut)?;
    let count = shape.iter().try_fold(1usize, |count, length| count.checked_mul(*length));
    let values = values(&bytes[end..], kind, count.ok_or(cut)?)?;
    let array = Array { shape, values };
    Ok(if is_fortran && array.shape.len() > 1 { in_c_order(&array) } else { array })
}

/// The values of this type, and this number of them.
fn values(bytes: &[u8], kind: &str, count: usize) -> Result<Values, String> {
    let is_big = kind.starts_with('>');
    let name = kind.trim_start_matches(['<', '>', '|', '=']);
    let refused =
        || format!("a .npy file of {kind:?} values; expected numbers, such as uint8 or float32");
    let (letter, width) = name.split_at_checked(1).ok_or_else(refused)?;
    let width: usize = width.parse().map_err(|_| refused())?;
    let bytes_each = if letter == "U" { width.saturating_mul(4) } else { width };
    if count.checked_mul(bytes_each) != Some(bytes.len()) || bytes_each == 0 {
        return Err("a .npy file that is cut short: write it again".to_owned());
    }
    let of = |number: fn(&[u8]) -> f64| {
        let number = |bytes: &[u8]| match is_big {
            true => number(&bytes.iter().rev().copied().collect::<Vec<u8>>()),
            false => number(bytes),
        };
        Ok(Values::Numbers(bytes.chunks_exact(width).map(number).collect()))
    };
    match (letter, width) {
        ("u" | "b", 1) => Ok(Values::Bytes(bytes.to_vec())),
        ("i", 1) => of(|bytes| f64::from(bytes[0] as i8)),
        ("u", 2) => of(|bytes| f64::from(u16::from_le_bytes(array(bytes)))),
        ("i", 2) => of(|bytes| f64::from(i16::from_le_bytes(array(bytes)))),
        ("u", 4) => of(|bytes| f64::from(u32::from_le_bytes(array(bytes)))),
        ("i", 4) => of(|bytes| f64::from(i32::from_le_bytes(array(bytes)))),
        ("u", 8) => of(|bytes| u64::from_le_bytes(array(bytes)) as f64),
        ("i", 8) => of(|bytes| i64::from_le_bytes(array(bytes)) as f64),
        ("f", 4) => of(|bytes| f64::from(f32::from_le_bytes(array(bytes)))),
        ("f", 8) => of(|bytes| f64::from_le_bytes(array(bytes))),
        ("S", _) => {
            let text =
                |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned();
            Ok(Values::Texts(bytes.chunks_exact(width).map(text).collect()))
        }
        ("U", _) => {
            let character = |bytes: &[u8; 4]| {
                let code =
                    if is_big { u32::from_be_bytes(*bytes) } else { u32::from_le_bytes(*bytes) };
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            };
            let text = |bytes: &[u8]| {
                let text: String = bytes.as_chunks().0.iter().map(character).collect();
                text.trim_end_matches('\0').to_owned()
            };
            Ok(Values::Texts(bytes.chunks_exact(bytes_each).map(text).collect()))
        }
        _ => Err(refused()),
    }
}

/// The bytes of a number, which the caller has counted.
fn array<const WIDTH: usize>(bytes: &[u8]) -> [u8; WIDTH] {
    let mut array = [0; WIDTH];
    array.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    array
}

/// The array with its last dimension fastest, from one whose first dimension is fastest.
fn in_c_order(array: &Array) -> Array {
    fn reordered<T: Clone>(values: &[T], shape: &[usize]) -> Vec<T> {
        let mut strides = vec![1; shape.len()];
        for place in 1..shape.len() {
            strides[place] = strides[place - 1] * shape[place - 1];
        }
        let mut indices = vec![0; shape.len()];
        let mut reordered = Vec::with_capacity(values.len());
        for _ in 0..values.len() {
            let place: usize =
                indices.iter().zip(&strides).map(|(index, stride)| index * stride).sum();
            reordered.push(values[place].clone());
            for dimension in (0..shape.len()).rev() {
                indices[dimension] += 1;
                if indices[dimension] < shape[dimension] {
                    break;
                }
                indices[dimension] = 0;
            }
        }
        reordered
    }
    let Array { shape, values } = array;
    let values = match values {
        Values::Bytes(values) => Values::Bytes(reordered(values, shape)),
        Values::Numbers(values) => Values::Numbers(reordered(values, shape)),
        Values::Texts(values) => Values::Texts(reordered(values, shape)),
    };
    Array { shape: shape.clone(), values }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use super::*;

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
        assert_eq!(parse(&c).unwrap(), parse(&f).unwrap());
        let little =
            file("{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }", &[1, 2, 0xff, 0xff]);
        let big =
            file("{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }", &[2, 1, 0xff, 0xff]);
        assert_eq!(parse(&little).unwrap().values, Values::Numbers(vec![513.0, -1.0]));
        assert_eq!(parse(&little).unwrap(), parse(&big).unwrap());
    }

    #[test]
    fn texts_are_labels_and_objects_are_refused() {
        let texts = file(
            "{'descr': '<U2', 'fortran_order': False, 'shape': (2,), }",
            &[b'a', 0, 0, 0, 0, 0, 0, 0, b'b', 0, 0, 0, b'c', 0, 0, 0],
        );
        assert_eq!(
            parse(&texts).unwrap().values,
            Values::Texts(vec!["a".to_owned(), "bc".to_owned()])
        );
        let objects = file("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", &[0; 16]);
        assert!(parse(&objects).unwrap_err().contains("expected numbers"));
        let cut = file("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", &[0; 15]);
        assert!(parse(&cut).unwrap_err().contains("cut short"));
    }
}
