//! Batches of which only the ink is listed.

use std::{fmt, ops::Range, sync::Arc};

use crate::{
    Images,
    images::values,
    sparse::{Listed, STRIP, SparseImages, Values, dense, grey, place},
};

/// Neighbouring pixels, not all 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strip {
    /// Which ones: the pixels from [`STRIP`] times `place` on.
    pub place: usize,
    /// Their values from 0 to 1. Behind the last pixel of an image are zeros.
    pub values: [f32; STRIP],
}

/// The ink of one image.
#[derive(Debug, Clone, Copy)]
pub struct Ink<'a> {
    listed: &'a [Listed],
    values: &'a Values,
}

impl<'a> Ink<'a> {
    /// The places, ascending.
    #[inline]
    pub fn places(self) -> impl Iterator<Item = usize> + 'a {
        self.listed.iter().map(|strip| place(*strip))
    }

    /// A sum of some of the list, for which all of it must be fetched from memory. The lists of a
    /// shuffled batch lie wide apart there: a processor that only sums is already at the next list
    /// while it waits for this one.
    #[inline]
    pub fn fetched(self) -> usize {
        const LINE: usize = 64 / size_of::<Listed>();
        self.listed.iter().step_by(LINE).map(|strip| usize::from(strip[0])).sum()
    }

    /// Places and pixels.
    #[inline]
    pub fn strips(self) -> impl Iterator<Item = Strip> + 'a {
        let values = self.values;
        let value = move |grey: u8| values[usize::from(grey)];
        self.listed
            .iter()
            .map(move |strip| Strip { place: place(*strip), values: grey(*strip).map(value) })
    }
}

/// Some images, in some order. Cloning is cheap: the lists are shared.
#[derive(Clone)]
pub struct SparseRows {
    images: Arc<SparseImages>,
    values: Arc<Values>,
    /// Where the images are among all those.
    rows: Arc<[usize]>,
    /// The part of these rows that is meant.
    range: Range<usize>,
}

impl SparseRows {
    /// The images with these indices, in this order.
    pub(crate) fn new(images: &Images, order: &[usize]) -> Self {
        Self {
            images: images.lists().clone(),
            values: Arc::new(values(images.pixel_max())),
            rows: order.iter().map(|index| images.row(*index)).collect(),
            range: 0..order.len(),
        }
    }

    /// Some of these images.
    pub(crate) fn slice(&self, range: Range<usize>) -> Self {
        let range = self.range.start + range.start..self.range.start + range.end;
        Self { range, ..self.clone() }
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
        self.images.pixels()
    }

    /// Each image.
    #[inline]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Ink<'_>> + Clone {
        self.rows[self.range.clone()].iter().map(|row| self.ink(*row))
    }

    /// Each image, in groups of this many; the last may have fewer.
    #[inline]
    pub fn chunks(
        &self,
        images: usize,
    ) -> impl Iterator<Item = impl ExactSizeIterator<Item = Ink<'_>> + Clone> {
        self.rows[self.range.clone()]
            .chunks(images)
            .map(|rows| rows.iter().map(|row| self.ink(*row)))
    }

    #[inline]
    fn ink(&self, row: usize) -> Ink<'_> {
        Ink { listed: self.images.list(row), values: &self.values }
    }

    /// All pixels of each image, one after the other, zeros included.
    pub fn dense(&self) -> Vec<f32> {
        dense(self.iter().map(|ink| ink.listed), self.pixels(), &self.values)
    }
}

impl fmt::Debug for SparseRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SparseRows({} images of {} pixels)", self.len(), self.pixels())
    }
}
