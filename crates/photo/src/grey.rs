//! From a file to grey values.

use std::{
    fs,
    io::{self, Cursor, ErrorKind},
    path::Path,
};

use image::{
    DynamicImage, ImageBuffer, ImageDecoder, ImageReader, ImageResult, Limits, Luma, Rgba,
    imageops::{self, FilterType},
};

/// A value for each pixel. The crate `image` clamps to what is from 0 to 1.
pub type Plane = ImageBuffer<Luma<f32>, Vec<f32>>;

/// No digit needs more pixels each way, and fewer are faster.
const MOST: u32 = 400;

/// Reads a picture as grey values from 0 (black) to 1 (white), upright as its EXIF data say, at
/// most 400 pixels wide and high. What is transparent is white.
///
/// # Errors
/// The file cannot be read, is no picture, or would take more than 512 MiB.
pub fn read(path: &Path) -> ImageResult<Plane> {
    let bytes = fs::read(path)?;
    if is_cut_jpeg(&bytes) {
        return Err(io::Error::from(ErrorKind::UnexpectedEof).into());
    }
    let mut decoder = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?.into_decoder()?;
    // A few bytes may claim to be a picture that fills the memory.
    Limits::default().reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    if picture.color().has_alpha() {
        picture = on_white(&picture);
    }
    if picture.width().max(picture.height()) > MOST {
        picture = picture.resize(MOST, MOST, FilterType::Triangle);
    }
    let grey = picture.to_luma8();
    Ok(Plane::from_fn(grey.width(), grey.height(), |x, y| {
        Luma([f32::from(grey.get_pixel(x, y).0[0]) / 255.0])
    }))
}

/// Whether a JPEG lacks the marker of its end behind the pixels, which follow the last marker of a
/// scan: the decoder would make up what is missing.
fn is_cut_jpeg(bytes: &[u8]) -> bool {
    let is = |marker: u8| move |pair: &[u8]| pair == [0xff, marker];
    let scan = bytes.windows(2).rposition(is(0xda)).unwrap_or_default();
    bytes.starts_with(&[0xff, 0xd8]) && !bytes[scan..].windows(2).any(is(0xd9))
}

fn on_white(picture: &DynamicImage) -> DynamicImage {
    let mut paper = ImageBuffer::from_pixel(picture.width(), picture.height(), Rgba([255; 4]));
    imageops::overlay(&mut paper, &picture.to_rgba8(), 0, 0);
    DynamicImage::ImageRgba8(paper)
}
