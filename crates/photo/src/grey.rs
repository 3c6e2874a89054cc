//! From a file to grey values.

use std::{
    fs,
    io::{self, Cursor, ErrorKind},
    ops::RangeInclusive,
    path::Path,
};

use image::{
    DynamicImage, GrayImage, ImageBuffer, ImageDecoder, ImageReader, ImageResult, Limits, Luma,
    Rgba,
    imageops::{self, FilterType},
};
use imagesize::ImageSize;

/// A value for each pixel. The crate `image` clamps values to the range from 0 to 1.
pub type Plane = ImageBuffer<Luma<f32>, Vec<f32>>;

/// The least difference of a speck, such as dust on a scanner, from all pixels around it.
const SPECK: u8 = 48;

/// Reads a picture as grey values from 0 (black) to 1 (white), turned by its EXIF data, and scaled
/// so that its longer side is in this range, in pixels. Transparent pixels become paper, and specks
/// vanish.
///
/// # Errors
/// The file cannot be read, is no picture, or would take more than 512 MiB.
pub fn read(path: &Path, sides: RangeInclusive<u32>) -> ImageResult<Plane> {
    let picture = decode(fs::read(path)?)?;
    let longest = picture.width().max(picture.height());
    let grey = if longest > *sides.end() {
        // Each pixel is the mean of several, in which specks nearly vanish.
        picture.resize(*sides.end(), *sides.end(), FilterType::Triangle).to_luma8()
    } else {
        let side = longest.max(*sides.start());
        let clean = DynamicImage::ImageLuma8(without_specks(&picture.to_luma8()));
        clean.resize(side, side, FilterType::CatmullRom).to_luma8()
    };
    Ok(Plane::from_fn(grey.width(), grey.height(), |x, y| {
        Luma([f32::from(grey.get_pixel(x, y).0[0]) / 255.0])
    }))
}

/// The picture with each speck of one pixel replaced by the median of its neighbours.
fn without_specks(grey: &GrayImage) -> GrayImage {
    let (width, height) = grey.dimensions();
    GrayImage::from_fn(width, height, |x, y| {
        let value = grey.get_pixel(x, y).0[0];
        let mut near: Vec<u8> = (y.saturating_sub(1)..=(y + 1).min(height - 1))
            .flat_map(|y| (x.saturating_sub(1)..=(x + 1).min(width - 1)).map(move |x| (x, y)))
            .filter(|place| *place != (x, y))
            .map(|(x, y)| grey.get_pixel(x, y).0[0])
            .collect();
        near.sort_unstable();
        let (Some(least), Some(most)) = (near.first(), near.last()) else { return Luma([value]) };
        let differs = value < least.saturating_sub(SPECK) || value > most.saturating_add(SPECK);
        Luma([if differs { near[near.len() / 2] } else { value }])
    })
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
