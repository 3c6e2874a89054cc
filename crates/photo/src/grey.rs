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

/// A value for each pixel. The crate `image` clamps values to the range from 0 to 1.
pub type Plane = ImageBuffer<Luma<f32>, Vec<f32>>;

/// The largest width and height: enough for a digit, and fast.
const MOST: u32 = 400;

/// Reads a picture as grey values from 0 (black) to 1 (white), turned by its EXIF data, at most 400
/// pixels wide and high. Transparent pixels are white.
///
/// # Errors
/// The file cannot be read, is no picture, or would take more than 512 MiB.
pub fn read(path: &Path) -> ImageResult<Plane> {
    let bytes = fs::read(path)?;
    if is_cut_jpeg(&bytes) {
        return Err(io::Error::from(ErrorKind::UnexpectedEof).into());
    }
    let mut decoder = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?.into_decoder()?;
    // A small file may unpack to a picture that fills the memory.
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

/// Whether a JPEG has no end marker after the pixels of its last scan: the decoder would invent the
/// missing pixels.
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
