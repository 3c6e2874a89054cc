//! From a file to grey values.

use std::{
    fs,
    io::{self, Cursor, ErrorKind},
    ops::RangeInclusive,
    path::Path,
};

use image::{
    DynamicImage, ImageBuffer, ImageDecoder, ImageReader, ImageResult, Limits, Luma, Rgba,
    imageops::{self, FilterType},
};
use imagesize::ImageSize;

/// A value for each pixel. The crate `image` clamps values to the range from 0 to 1.
pub type Plane = ImageBuffer<Luma<f32>, Vec<f32>>;

/// The largest width and height: enough for a digit, and fast.
const MOST: u32 = 400;

/// Reads a picture as grey values from 0 (black) to 1 (white), turned by its EXIF data, at most 400
/// pixels wide and high. Transparent pixels become
/// paper.
///
/// # Errors
/// The file cannot be read, is no picture, or would take more than 512 MiB.
pub fn read(path: &Path) -> ImageResult<Plane> {
    let mut picture = decode(fs::read(path)?)?;
    if picture.width().max(picture.height()) > MOST {
        picture = picture.resize(MOST, MOST, FilterType::Triangle);
    }
    let grey = picture.to_luma8();
    Ok(Plane::from_fn(grey.width(), grey.height(), |x, y| {
        Luma([f32::from(grey.get_pixel(x, y).0[0]) / 255.0])
    }))
}

/// Decodes a picture: upright, and opaque.
///
/// # Errors
/// The bytes are no picture, or would take more than 512 MiB.
pub fn decode(bytes: Vec<u8>) -> ImageResult<DynamicImage> {
    if is_cut_jpeg(&bytes) {
        return Err(io::Error::from(ErrorKind::UnexpectedEof).into());
    }
    refuse_without_pixels(&bytes)?;
    let mut decoder = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?.into_decoder()?;
    // A small file may unpack to a picture that fills the memory.
    Limits::default().reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(if picture.color().has_alpha() { on_paper(&picture) } else { picture })
}

/// Whether a JPEG ends before its end marker: the decoder would invent the missing pixels. What
/// stands behind the marker is no part of the picture, such as the film of a motion photo.
///
/// The markers are those of ITU-T T.81, B.1, <https://www.w3.org/Graphics/JPEG/itu-t81.pdf>.
fn is_cut_jpeg(bytes: &[u8]) -> bool {
    const START: u8 = 0xd8;
    const END: u8 = 0xd9;
    const RESTARTS: RangeInclusive<u8> = 0xd0..=0xd7;
    let Some(mut rest) = bytes.strip_prefix(&[0xff, START]) else { return false };
    let is_marker = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xff);
    while let Some(place) = rest.windows(2).position(is_marker) {
        let marker = rest[place + 1];
        rest = &rest[place + 2..];
        if marker == END {
            return false;
        }
        // A segment begins with its length. Pixels follow the segment of a scan, with restart
        // markers among them.
        if !RESTARTS.contains(&marker) {
            let length = rest.first_chunk().map_or(0, |length| u16::from_be_bytes(*length));
            rest = rest.get(usize::from(length)..).unwrap_or_default();
        }
    }
    true
}

/// Refuses a picture whose header gives a width or a height of 0: some decoders accept it, and each
/// of the others has its own words.
fn refuse_without_pixels(bytes: &[u8]) -> io::Result<()> {
    match imagesize::blob_size(bytes) {
        Ok(ImageSize { width, height }) if width == 0 || height == 0 => {
            let reason = format!("a picture of {width}x{height} pixels; expected 1x1 or more");
            Err(io::Error::new(ErrorKind::InvalidData, reason))
        }
        _ => Ok(()),
    }
}

/// The picture on opaque paper. Where less than half of it is opaque, that is ink, and the paper is
/// its opposite; otherwise, the picture has paper of its own, which is continued.
fn on_paper(picture: &DynamicImage) -> DynamicImage {
    let layer = picture.to_rgba8();
    let (mut opaque, mut light) = (0.0, 0.0);
    for (pixel, grey) in layer.pixels().zip(picture.to_luma8().pixels()) {
        opaque += f64::from(pixel.0[3]) / 255.0;
        light += f64::from(pixel.0[3]) / 255.0 * f64::from(grey.0[0]) / 255.0;
    }
    let is_light = light > opaque / 2.0;
    let is_ink = opaque < 0.5 * f64::from(layer.width()) * f64::from(layer.height());
    let paper = if is_light == is_ink { 0 } else { 255 };
    let paper = Rgba([paper, paper, paper, 255]);
    let mut on_paper = ImageBuffer::from_pixel(picture.width(), picture.height(), paper);
    imageops::overlay(&mut on_paper, &layer, 0, 0);
    DynamicImage::ImageRgba8(on_paper)
}
