//! Turns a photograph or a scan of one digit into an image like those of MNIST.
//!
//! MNIST's digits were scanned, black and white; each was scaled, keeping its proportions, to fit a
//! box of 20x20 pixels, by which it became grey, and placed in a field of 28x28 with its centre of
//! mass in the middle (LeCun, Bottou, Bengio, Haffner 1998, "Gradient-Based Learning Applied to
//! Document Recognition", <https://doi.org/10.1109/5.726791>). The modules find the digit and do
//! the same, in this order:
//!
//! 1. [`grey`] decodes the picture, turns it upright, and drops its colours.
//! 2. [`contrast`] compares each pixel with the background around it, which evens out the light,
//!    and distinguishes dark ink on a light ground from light ink on a dark one.
//! 3. [`ink`] separates ink from background by a threshold, and keeps only the digit.
//! 4. [`field`] scales and places the digit.
//!
//! [`original`] makes small copies of pictures, to look at beside these images.

pub mod contrast;
pub mod field;
pub mod grey;
pub mod ink;
pub mod original;

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use data::ImageSize;
use image::ImageError;

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
}

/// Reads the picture of one digit as an image of this size, row by row, from 0 (background) to 255
/// (ink).
///
/// # Errors
/// The file is no picture, or shows no digit.
pub fn read(path: &Path, size: ImageSize) -> Result<Vec<u8>, PhotoError> {
    let grey = grey::read(path)
        .map_err(|reason| PhotoError::Unreadable { path: path.to_owned(), reason })?;
    let contrast = contrast::of(&grey);
    let ink = ink::find(&contrast).ok_or_else(|| PhotoError::Empty(path.to_owned()))?;
    Ok(field::place(&ink, size))
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
