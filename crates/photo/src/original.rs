//! Small grey copies of pictures, to look at beside what became of them.

use std::{fs, path::Path};

use image::{
    GrayImage, ImageResult, Luma,
    imageops::{self, FilterType},
};

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
    let picture = grey::decode(fs::read(path)?)?;
    let small = picture.resize(SIDE, SIDE, FilterType::Triangle).to_luma8();
    let [left, top] = [small.width(), small.height()].map(|side| i64::from((SIDE - side) / 2));
    let mut copy = GrayImage::from_pixel(SIDE, SIDE, Luma([u8::MAX]));
    imageops::overlay(&mut copy, &small, left, top);
    Ok(copy.into_raw())
}
