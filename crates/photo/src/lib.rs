//! Turns a photograph or a scan of one digit into an image like those of MNIST, and a page of
//! numbers into an image of each digit.
//!
//! MNIST's digits were scanned, black and white; each was scaled, keeping its proportions, to fit a
//! box of 20x20 pixels, by which it became grey, and placed in a field of 28x28 with its centre of
//! mass in the middle (LeCun, Bottou, Bengio, Haffner 1998, "Gradient-Based Learning Applied to
//! Document Recognition", <https://doi.org/10.1109/5.726791>). The modules find the digit and do
//! the same, in this order:
//!
//! 1. [`grey`] decodes the picture, turns it upright, and drops its colours and its specks.
//! 2. [`contrast`] compares each pixel with the background around it, which evens out the light,
//!    and distinguishes dark ink on a light ground from light ink on a dark one.
//! 3. [`piece`] separates ink from background by a [`threshold`], in connected pieces.
//! 4. [`ink`] keeps only the digit, or [`page`] finds the digits of each line.
//! 5. [`field`] scales and places the digit, and thickens a thin [`stroke`] to MNIST's width.
//!
//! [`original`] makes small copies of pictures, to look at beside these images.

pub mod contrast;
pub mod field;
pub mod grey;
pub mod ink;
pub mod original;
pub mod page;
pub mod piece;
pub mod stroke;
pub mod threshold;

use std::{
    io::ErrorKind,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use data::ImageSize;
use image::{GrayImage, ImageError};

use crate::{grey::Plane, page::Touching};

/// Why a picture cannot be read. Its text is one line: the file, and the reason.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// The file cannot be opened or decoded.
    #[error("{}: {}", path.display(), text_of(reason))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the decoder.
        reason: ImageError,
    },
    /// The picture shows no digit.
    #[error(
        "{}: no ink in this picture; expected one digit that stands out from its background and \
         fills much of it",
        .0.display()
    )]
    Empty(PathBuf),
    /// Two digits of a page touch.
    #[error("{}: line {line}: {touching}; expected gaps between the digits", path.display())]
    Touching {
        /// The file.
        path: PathBuf,
        /// The line of the page, from 1.
        line: usize,
        /// The digits.
        touching: Touching,
    },
}

/// The least and the largest side of a picture of one digit, in pixels, and of a page.
const DIGIT: RangeInclusive<u32> = 280..=400;
const PAGE: RangeInclusive<u32> = 800..=1600;

/// Reads the picture of one digit as an image of this size, row by row, from 0 (background) to 255
/// (ink).
///
/// # Errors
/// The file is no picture, or shows no digit.
pub fn read(path: &Path, size: ImageSize) -> Result<Vec<u8>, PhotoError> {
    let contrast = contrast(path, DIGIT)?;
    let ink = ink::find(&contrast).ok_or_else(|| PhotoError::Empty(path.to_owned()))?;
    Ok(field::place(&ink, size))
}

/// The images of a line's digits, from left to right, or why there are none.
pub type Line = Result<Vec<Vec<u8>>, PhotoError>;

/// Reads the digits of a page, line by line from the top, as images of this size. The lines may
/// slope by 10°. Dashes, commas and rules are left out. A line with digits that touch is an error
/// among the others.
///
/// # Errors
/// The file is no picture, or shows no digit.
pub fn read_page(path: &Path, size: ImageSize) -> Result<Vec<Line>, PhotoError> {
    let lines = page::lines(&contrast(path, PAGE)?);
    if lines.is_empty() {
        return Err(PhotoError::Empty(path.to_owned()));
    }
    let placed =
        |digits: Vec<GrayImage>| digits.iter().map(|ink| field::place(ink, size)).collect();
    let refused = |line, touching| PhotoError::Touching { path: path.to_owned(), line, touching };
    Ok((1..)
        .zip(lines)
        .map(|(line, digits)| digits.map(placed).map_err(|touching| refused(line, touching)))
        .collect())
}

fn contrast(path: &Path, sides: RangeInclusive<u32>) -> Result<Plane, PhotoError> {
    let grey = grey::read(path, sides)
        .map_err(|reason| PhotoError::Unreadable { path: path.to_owned(), reason })?;
    Ok(contrast::of(&grey))
}

/// The error of the decoder, in one line.
pub fn text_of(error: &ImageError) -> String {
    match error {
        ImageError::Unsupported(_) => {
            "this is no picture; expected PNG, JPEG, WebP, BMP, GIF or TIFF".to_owned()
        }
        ImageError::Limits(_) => {
            "the picture is too large; expected at most 512 MiB of pixels".to_owned()
        }
        ImageError::IoError(error) => match error.kind() {
            ErrorKind::NotFound => "no such file".to_owned(),
            ErrorKind::UnexpectedEof => "the picture is cut short".to_owned(),
            _ => error.to_string(),
        },
        error => {
            format!("the picture is damaged: {}", error.to_string().replace(char::is_control, " "))
        }
    }
}
