//! Pictures of one size.

use std::collections::BTreeMap;

use data::{
    ImageSize,
    raw::{MAX_PIXELS, RawImages},
};
use host::text::counted;
use image::{DynamicImage, imageops::FilterType};

/// The number of copies of a picture that its decoder and its scaler hold.
const COPIES: usize = 3;

/// Collects pictures as grey images of one size.
#[derive(Debug, Default)]
pub struct Scaler {
    /// The size to scale to; none if all pictures must have the same.
    asked: Option<ImageSize>,
    /// The sizes of the pictures, with their numbers.
    sizes: BTreeMap<(u32, u32), usize>,
    /// The images; none before the first picture.
    images: Option<RawImages>,
    /// The bytes of the largest picture.
    largest: usize,
    colours: usize,
    scaled: usize,
}

impl Scaler {
    /// No picture yet; each will be scaled to this size, if there is one.
    pub fn new(asked: Option<ImageSize>) -> Self {
        Self { asked, ..Self::default() }
    }

    /// Adds a picture.
    ///
    /// # Errors
    /// All pictures have more pixels than those of any data set.
    pub fn add(&mut self, picture: &DynamicImage) -> Result<(), String> {
        self.colours += usize::from(picture.color().has_color());
        *self.sizes.entry((picture.width(), picture.height())).or_default() += 1;
        let grey = match self.asked.map(|size| (size.width() as u32, size.height() as u32)) {
            Some((width, height)) if (picture.width(), picture.height()) != (width, height) => {
                self.scaled += 1;
                picture.resize_exact(width, height, FilterType::Triangle).to_luma8()
            }
            _ => picture.to_luma8(),
        };
        self.largest = self.largest.max(picture.as_bytes().len());
        // Pictures of several sizes are refused at the end, with all their sizes.
        let is_kept = ImageSize::new(grey.width() as usize, grey.height() as usize).is_some();
        if is_kept && (self.images.as_ref().map_or(0, RawImages::len) + 1) * grey.len() > MAX_PIXELS
        {
            return Err(format!(
                "more than {MAX_PIXELS} pixels; expected fewer pictures, or smaller ones: give \
                 --image 28x28 to scale them"
            ));
        }
        if is_kept {
            self.images.get_or_insert_with(|| RawImages::new(grey.len())).push(&grey);
        }
        Ok(())
    }

    /// The most bytes of memory that a picture took: its pixels as they were decoded, turned
    /// upright, put on paper and scaled.
    pub fn memory(&self) -> usize {
        COPIES * self.largest
    }

    /// The size and the pixels of all pictures, and what was done to them.
    ///
    /// # Errors
    /// There is no picture, or they have several sizes; the text says so.
    pub fn finish(self) -> Result<(ImageSize, RawImages, Vec<String>), String> {
        let first = self.sizes.first_key_value().map(|(size, _)| *size).ok_or("no pictures")?;
        let common = ImageSize::new(first.0 as usize, first.1 as usize);
        let size = match (self.asked, self.sizes.len()) {
            (Some(size), _) => size,
            (None, 1) => common.ok_or_else(|| {
                format!(
                    "pictures of {}x{} pixels; expected at most 512x512: give --image 28x28 to \
                     scale them",
                    first.0, first.1
                )
            })?,
            (None, count) => {
                let shown: Vec<String> = self
                    .sizes
                    .keys()
                    .take(3)
                    .map(|(width, height)| format!("{width}x{height}"))
                    .collect();
                let more = if count > shown.len() { ", …" } else { "" };
                return Err(format!(
                    "pictures of {count} sizes ({}{more}); expected one size: give --image 28x28 \
                     to scale them",
                    shown.join(", ")
                ));
            }
        };
        let mut notes = Vec::new();
        if self.scaled > 0 {
            notes.push(format!("{} scaled to {size}", counted(self.scaled, "picture")));
        }
        if self.colours > 0 {
            let colours = counted(self.colours, "picture");
            notes.push(format!("{colours} in colour turned to grey"));
        }
        Ok((size, self.images.unwrap_or_default(), notes))
    }
}
