//! Labelled images in memory.

use std::{num::NonZeroU8, sync::Arc};

use crate::{Classes, ImageSize, raw::RawImages};

/// Labelled images of one size, at least one. Clones and selections share the pixels, so both are
/// cheap.
#[derive(Debug, Clone)]
pub struct Images {
    size: ImageSize,
    pixel_max: NonZeroU8,
    classes: Classes,
    /// All images of the file.
    images: Arc<RawImages>,
    /// The rows of these images in the file; none means all rows.
    rows: Option<Arc<Vec<usize>>>,
    /// The classes of these images.
    targets: Arc<Vec<u16>>,
}

impl Images {
    /// Joins images and the class of each.
    pub(crate) fn from_parts(
        size: ImageSize,
        pixel_max: NonZeroU8,
        classes: Classes,
        images: RawImages,
        targets: Vec<u16>,
    ) -> Self {
        debug_assert_eq!((images.len(), images.pixels()), (targets.len(), size.pixels()));
        Self {
            size,
            pixel_max,
            classes,
            images: Arc::new(images),
            rows: None,
            targets: Arc::new(targets),
        }
    }

    /// Width and height of each image.
    pub fn size(&self) -> ImageSize {
        self.size
    }

    /// The pixel value of full ink.
    pub fn pixel_max(&self) -> NonZeroU8 {
        self.pixel_max
    }

    /// The classes. Some may have no image here, but only in the training data.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The pixels of one image, row by row.
    ///
    /// # Panics
    /// The index is not below the number of images.
    pub fn image(&self, index: usize) -> &[u8] {
        self.images.image(self.row(index))
    }

    /// The pixels of each image.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.targets.len()).map(|index| self.image(index))
    }

    /// The share of the pixels that are not 0.
    pub fn density(&self) -> f64 {
        let ink: usize =
            self.iter().map(|image| image.iter().filter(|pixel| **pixel > 0).count()).sum();
        ink as f64 / (self.targets.len() * self.size.pixels()) as f64
    }

    /// The largest pixel value.
    pub fn brightest(&self) -> u8 {
        self.iter().flatten().copied().max().unwrap_or_default()
    }

    /// The row of an image in the file.
    fn row(&self, index: usize) -> usize {
        self.rows.as_ref().map_or(index, |rows| rows[index])
    }

    /// The class of each image, counted from 0.
    pub fn targets(&self) -> &[u16] {
        &self.targets
    }

    /// The images with these indices, in this order.
    ///
    /// # Panics
    /// An index is not below the number of images.
    pub fn select(&self, indices: &[usize]) -> Self {
        let rows = indices.iter().map(|index| self.row(*index)).collect();
        let targets = indices.iter().map(|index| self.targets[*index]).collect();
        Self { rows: Some(Arc::new(rows)), targets: Arc::new(targets), ..self.clone() }
    }
}
