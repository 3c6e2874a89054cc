//! Labelled images as Burn's dataset.

use burn::data::dataset::{Dataset, DatasetError};
use data::Images;

/// An image with its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledImage {
    /// Grey values row by row, from 0 (background) to the largest pixel value (ink).
    pub pixels: Vec<u8>,
    /// The class, counted from 0.
    pub target: u16,
}

/// Burn's dataset of labelled images.
#[derive(Debug, Clone)]
pub struct ImageDataset(pub Images);

impl Dataset<LabelledImage> for ImageDataset {
    fn get(&self, index: usize) -> Result<LabelledImage, DatasetError> {
        let Self(images) = self;
        Ok(LabelledImage { pixels: images.image(index).to_vec(), target: images.targets()[index] })
    }

    fn len(&self) -> usize {
        self.0.targets().len()
    }
}
