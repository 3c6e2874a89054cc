//! The labelled images in memory.

use std::{num::NonZeroU8, sync::Arc};

#[cfg(feature = "burn")]
use burn::data::dataset::{Dataset, DatasetError};

use crate::{Classes, ImageSize, raw::RawImages};

/// One image and what it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledImage {
    /// Grey values row by row, from 0 (background) to the largest of its data set (ink).
    pub pixels: Vec<u8>,
    /// What it shows, as the file says it.
    pub label: u16,
}

/// Labelled images of one size. There is at least one. Cloning is cheap, and so is selecting: the
/// pixels are shared.
#[derive(Debug, Clone)]
pub struct Images {
    size: ImageSize,
    pixel_max: NonZeroU8,
    classes: Classes,
    /// All that were read together.
    images: Arc<RawImages>,
    /// Which of those images these are; none if they are all of them.
    rows: Option<Arc<Vec<usize>>>,
    /// One for each of these images.
    labels: Arc<Vec<u16>>,
}

impl Images {
    /// There are as many `labels` as `images` of this size, each of which is one of the `classes`:
    /// whoever reads them has checked that.
    pub(crate) fn from_parts(
        size: ImageSize,
        pixel_max: NonZeroU8,
        classes: Classes,
        images: RawImages,
        labels: Vec<u16>,
    ) -> Self {
        debug_assert_eq!((images.len(), images.pixels()), (labels.len(), size.pixels()));
        Self {
            size,
            pixel_max,
            classes,
            images: Arc::new(images),
            rows: None,
            labels: Arc::new(labels),
        }
    }

    /// Width and height of each image.
    pub fn size(&self) -> ImageSize {
        self.size
    }

    /// The value of a pixel that is all ink.
    pub fn pixel_max(&self) -> NonZeroU8 {
        self.pixel_max
    }

    /// What images can show. Not every class need have an image here: it may have them in the
    /// training data alone.
    pub fn classes(&self) -> Classes {
        self.classes
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
        (0..self.labels.len()).map(|index| self.image(index))
    }

    /// The share of the pixels that are not 0.
    pub fn density(&self) -> f64 {
        let ink: usize =
            self.iter().map(|image| image.iter().filter(|pixel| **pixel > 0).count()).sum();
        ink as f64 / (self.labels.len() * self.size.pixels()) as f64
    }

    /// The largest pixel.
    pub fn brightest(&self) -> u8 {
        self.iter().flatten().copied().max().unwrap_or_default()
    }

    /// Where an image is among those that were read together with it.
    fn row(&self, index: usize) -> usize {
        self.rows.as_ref().map_or(index, |rows| rows[index])
    }

    /// The label of each image, as the file has it.
    pub fn labels(&self) -> &[u16] {
        &self.labels
    }

    /// The class of each image, counted from 0.
    pub fn targets(&self) -> impl Iterator<Item = i64> {
        self.labels.iter().map(|label| target(self.classes, *label))
    }

    /// The images with these indices, in this order.
    ///
    /// # Panics
    /// An index is not below the number of images.
    pub fn select(&self, indices: &[usize]) -> Self {
        let rows = indices.iter().map(|index| self.row(*index)).collect();
        let labels = indices.iter().map(|index| self.labels[*index]).collect();
        Self { rows: Some(Arc::new(rows)), labels: Arc::new(labels), ..self.clone() }
    }
}

/// The place of a label among the outputs of a network.
pub(crate) fn target(classes: Classes, label: u16) -> i64 {
    i64::from(label) - i64::from(classes.first())
}

#[cfg(feature = "burn")]
impl Dataset<LabelledImage> for Images {
    fn get(&self, index: usize) -> Result<LabelledImage, DatasetError> {
        Ok(LabelledImage { pixels: self.image(index).to_vec(), label: self.labels[index] })
    }

    fn len(&self) -> usize {
        self.labels.len()
    }
}
