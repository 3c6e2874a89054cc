//! The labelled images in memory.

use std::sync::Arc;

#[cfg(feature = "burn")]
use burn::data::dataset::{Dataset, DatasetError};

use crate::{CLASSES, PIXELS};

/// One image and what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digit {
    /// 28 rows of 28 grey values, 0 (background) to 255 (ink).
    pub pixels: [u8; PIXELS],
    /// The digit, 0 to 9.
    pub label: u8,
}

/// Labelled images. There is at least one. Cloning is cheap: the pixels are shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digits {
    pixels: Arc<[u8]>,
    labels: Arc<[u8]>,
}

impl Digits {
    /// `pixels` holds 784 bytes for each of the `labels`, which are 0 to 9: the reader has checked both.
    pub(crate) fn from_parts(pixels: Vec<u8>, labels: Vec<u8>) -> Self {
        debug_assert_eq!(pixels.len(), labels.len() * PIXELS);
        Self { pixels: pixels.into(), labels: labels.into() }
    }

    /// The pixels of all images, 784 bytes each.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The label of each image.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The rows with these indices, in this order.
    ///
    /// # Panics
    /// An index is not below the number of rows.
    pub fn select(&self, indices: &[usize]) -> Self {
        let mut pixels = Vec::with_capacity(indices.len() * PIXELS);
        for index in indices {
            pixels.extend_from_slice(&self.pixels[index * PIXELS..(index + 1) * PIXELS]);
        }
        let labels = indices.iter().map(|index| self.labels[*index]).collect();
        Self::from_parts(pixels, labels)
    }

    /// How many images show each digit.
    pub fn class_counts(&self) -> [usize; CLASSES] {
        let mut counts = [0; CLASSES];
        for label in self.labels.iter() {
            counts[usize::from(*label)] += 1;
        }
        counts
    }
}

#[cfg(feature = "burn")]
impl Dataset<Digit> for Digits {
    fn get(&self, index: usize) -> Result<Digit, DatasetError> {
        let mut pixels = [0; PIXELS];
        pixels.copy_from_slice(&self.pixels[index * PIXELS..(index + 1) * PIXELS]);
        Ok(Digit { pixels, label: self.labels[index] })
    }

    fn len(&self) -> usize {
        self.labels.len()
    }
}
