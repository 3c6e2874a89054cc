//! IDX, the format in which MNIST was published (<http://yann.lecun.com/exdb/mnist/>): the type of
//! the values, the lengths of the dimensions, and the values, big-endian.

use std::{
    io::BufRead,
    path::{Path, PathBuf},
};

use super::{Array, Values};
use crate::Problem;

/// Whether a file begins like IDX.
pub(crate) fn is_idx(head: &[u8]) -> bool {
    matches!(head, [0, 0, 8 | 9 | 0xb..=0xe, 1..=4, ..])
}

/// Reads a file.
///
/// # Errors
/// The file is cut short, or goes on behind its end.
pub(crate) fn read(content: &mut dyn BufRead) -> Result<Array, Problem> {
    let mut bytes = Vec::new();
    content.read_to_end(&mut bytes).map_err(|reason| Problem::Read { line: 1, reason })?;
    let cut = || Problem::Form("an IDX file that is cut short: fetch it again".to_owned());
    let [_, _, kind, dimensions] = *bytes.first_chunk().ok_or_else(cut)?;
    let start = 4 + 4 * usize::from(dimensions);
    let lengths = bytes.get(4..start).ok_or_else(cut)?.as_chunks().0;
    let shape: Vec<usize> =
        lengths.iter().map(|length| u32::from_be_bytes(*length) as usize).collect();
    let values = &bytes[start..];
    let width = match kind {
        8 | 9 => 1,
        0xb => 2,
        0xc | 0xd => 4,
        _ => 8,
    };
    let count = shape.iter().try_fold(1usize, |count, length| count.checked_mul(*length));
    let expected = count.and_then(|count| count.checked_mul(width));
    if expected != Some(values.len()) {
        return Err(Problem::Form(format!(
            "an IDX file of {} bytes; expected {} for its shape, {}: fetch it again",
            bytes.len(),
            expected.map_or_else(|| "too many".to_owned(), |bytes| (bytes + start).to_string()),
            shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
        )));
    }
    let values = match kind {
        8 => Values::Bytes(values.to_vec()),
        9 => Values::Numbers(values.iter().map(|byte| f64::from(*byte as i8)).collect()),
        0xb => numbers(values, |bytes| i16::from_be_bytes(bytes).into()),
        0xc => numbers(values, |bytes| i32::from_be_bytes(bytes).into()),
        0xd => numbers(values, |bytes| f32::from_be_bytes(bytes).into()),
        _ => numbers(values, f64::from_be_bytes),
    };
    Ok(Array { shape, values })
}

fn numbers<const WIDTH: usize>(bytes: &[u8], number: impl Fn([u8; WIDTH]) -> f64) -> Values {
    Values::Numbers(bytes.as_chunks().0.iter().map(|bytes| number(*bytes)).collect())
}

/// The file of the labels beside a file of images: `train-labels-idx1-ubyte` beside
/// `train-images-idx3-ubyte`, packed or not.
pub(crate) fn labels_beside(images: &Path) -> Option<PathBuf> {
    let name = images.file_name()?.to_str()?;
    if !name.contains("images") {
        return None;
    }
    let labels = name.replace("images", "labels").replace("idx3", "idx1");
    beside(images, &labels)
}

/// The test images beside training images: `t10k-images-idx3-ubyte`.
pub(crate) fn test_beside(images: &Path) -> Option<PathBuf> {
    let name = images.file_name()?.to_str()?;
    let is_training = name.contains("train") && name.contains("images");
    let test = ["t10k", "test"].map(|test| name.replace("train", test));
    test.iter().filter(|_| is_training).find_map(|test| beside(images, test))
}

/// The file with this name in the same folder, packed or not.
fn beside(file: &Path, name: &str) -> Option<PathBuf> {
    let plain = name.strip_suffix(".gz").unwrap_or(name);
    let names = [name.to_owned(), plain.to_owned(), format!("{plain}.gz")];
    names.iter().map(|name| file.with_file_name(name)).find(|path| path.is_file())
}
