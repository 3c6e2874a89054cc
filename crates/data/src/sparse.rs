//! Images as lists of the pixels that are not background.
//!
//! Four of five pixels of MNIST are 0, and what is multiplied by 0 adds nothing to a sum: a first layer that has these lists
//! does a fifth of the work, and a list takes less memory than its image.

use std::{fmt, ops::Range, sync::Arc};

use crate::{Images, images::scaled};

/// Images as lists of their pixels that are not 0: the compressed sparse rows of a matrix, one row an image.
pub struct SparseImages {
    pixels: usize,
    /// Where the list of each image begins, and where the last one ends.
    starts: Vec<usize>,
    /// The place of each listed pixel in its image.
    places: Vec<u16>,
    grey: Vec<u8>,
    /// What the network sees of each grey value.
    values: [f32; 256],
}

/// The pixels of an image that are not 0.
#[derive(Debug, Clone, Copy)]
pub struct NonZero<'a> {
    places: &'a [u16],
    grey: &'a [u8],
    values: &'a [f32; 256],
}

impl SparseImages {
    /// The images as lists; none if they have more than 65,536 pixels, which no list can number.
    pub fn of(images: &Images) -> Option<Self> {
        let pixels = images.size().pixels();
        let last = u16::try_from(pixels - 1).ok()?;
        let (mut starts, mut places, mut grey) = (vec![0], Vec::new(), Vec::new());
        for image in images.pixels().chunks_exact(pixels) {
            for (place, pixel) in (0..=last).zip(image).filter(|(_, pixel)| **pixel > 0) {
                places.push(place);
                grey.push(*pixel);
            }
            starts.push(places.len());
        }
        // They live as long as the training does.
        places.shrink_to_fit();
        grey.shrink_to_fit();
        let scaled = scaled(images.pixel_max());
        Some(Self { pixels, starts, places, grey, values: std::array::from_fn(|grey| scaled(grey as u8)) })
    }

    /// The number of images.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    fn row(&self, row: usize) -> NonZero<'_> {
        let range = self.starts[row]..self.starts[row + 1];
        NonZero { places: &self.places[range.clone()], grey: &self.grey[range], values: &self.values }
    }
}

impl<'a> NonZero<'a> {
    /// The place of each pixel in the image, ascending, and its value, from above 0 to 1.
    pub fn iter(self) -> impl Iterator<Item = (usize, f32)> + 'a {
        let value = |(place, grey): (&u16, &u8)| (usize::from(*place), self.values[usize::from(*grey)]);
        self.places.iter().zip(self.grey).map(value)
    }
}

/// Some of the images, in some order. Cloning is cheap: the lists are shared.
#[derive(Clone)]
pub struct SparseRows {
    images: Arc<SparseImages>,
    order: Arc<[usize]>,
    range: Range<usize>,
}

impl SparseRows {
    /// The images whose indices stand in this part of the order.
    pub(crate) fn new(images: Arc<SparseImages>, order: Arc<[usize]>, range: Range<usize>) -> Self {
        Self { images, order, range }
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.range.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.range.is_empty()
    }

    /// The pixels of an image, zeros included.
    pub fn pixels(&self) -> usize {
        self.images.pixels
    }

    /// Each image.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = NonZero<'_>> + Clone {
        self.order[self.range.clone()].iter().map(|row| self.images.row(*row))
    }

    /// All pixels of each image, one after the other, zeros included.
    pub fn dense(&self) -> Vec<f32> {
        let mut dense = vec![0.0; self.len() * self.pixels()];
        for (row, image) in dense.chunks_exact_mut(self.pixels()).zip(self.iter()) {
            image.iter().for_each(|(place, value)| row[place] = value);
        }
        dense
    }
}

impl fmt::Debug for SparseRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SparseRows({} images of {} pixels)", self.len(), self.pixels())
    }
}
