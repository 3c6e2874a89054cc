//! IDX, the format in which MNIST was published (<http://yann.lecun.com/exdb/mnist/>): the type of
//! the values, the lengths of the dimensions, and the values, big-endian.

use std::{
    io::{self, BufRead, ErrorKind},
    path::{Path, PathBuf},
};

use super::{
    Array,
    array::{Class, Kind},
};
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
    let mut header = [0; 4];
    content.read_exact(&mut header).map_err(cut_short)?;
    let [_, _, kind, dimensions] = header;
    let mut shape = Vec::new();
    for _ in 0..dimensions {
        let mut length = [0; 4];
        content.read_exact(&mut length).map_err(cut_short)?;
        shape.push(u32::from_be_bytes(length) as usize);
    }
    let (class, width) = match kind {
        8 => (Class::Unsigned, 1),
        9 => (Class::Signed, 1),
        0xb => (Class::Signed, 2),
        0xc => (Class::Signed, 4),
        0xd => (Class::Float, 4),
        _ => (Class::Float, 8),
    };
    Array::read(content, shape, Kind { class, width, is_big: true }, false)
}

/// The error of a header that ends too early.
fn cut_short(reason: io::Error) -> Problem {
    match reason.kind() {
        ErrorKind::UnexpectedEof => {
            Problem::Form("an IDX file that is cut short: fetch it again".to_owned())
        }
        _ => Problem::Read { line: 1, reason },
    }
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
