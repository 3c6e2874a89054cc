//! Small grey copies of pictures, to look at beside what became of them.

use std::path::Path;

use image::{GrayImage, ImageResult, Luma};

use crate::grey;

/// The width and height of a copy.
pub const SIDE: u32 = 112;
/// The copy of an empty picture.
pub const EMPTY: [u8; (SIDE * SIDE) as usize] = [u8::MAX; (SIDE * SIDE) as usize];

/// A copy of a picture that fills a white square as far as its shape allows, row by row, from 0
/// (black) to 255 (white).
///
/// # Errors
/// The file is no picture.
pub fn copy(path: &Path) -> ImageResult<Vec<u8>> {
    let grey = grey::read(path, SIDE..=SIDE)?;
    let (left, top) = ((SIDE - grey.width()) / 2, (SIDE - grey.height()) / 2);
    let mut copy = GrayImage::from_pixel(SIDE, SIDE, Luma([u8::MAX]));
    for (x, y, grey) in grey.enumerate_pixels() {
        copy.put_pixel(left + x, top + y, Luma([(grey.0[0] * 255.0).round() as u8]));
    }
    Ok(copy.into_raw())
}
