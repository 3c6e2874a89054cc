//! Images as lists of the pixels that are not background.
//!
//! Four of five pixels of MNIST are 0, and what is multiplied by 0 adds nothing to a sum: a first layer that has these lists
//! does a fraction of the work, and a list takes less memory than its image. Ink is seldom one pixel wide, so the lists hold
//! pixels in twos, which a kernel can take together.

use std::{fmt, ops::Range, sync::Arc};

use crate::{Images, images::scaled};

/// Images as lists of their twos of neighbouring pixels that are not both 0: the compressed sparse rows of a matrix, one row
/// an image, in blocks of 1x2.
pub struct SparseImages {
    pixels: usize,
    /// Where the list of each image begins, and where the last one ends.
    starts: Vec<usize>,
    listed: Vec<Listed>,
    /// What the network sees of each grey value.
    values: [f32; 256],
}

/// A [`Two`] as it is kept.
#[derive(Debug, Clone, Copy, Default)]
struct Listed {
    place: u16,
    grey: [u8; 2],
}

/// Two neighbouring pixels, not both 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Two {
    /// Which two: `place` stands for the pixels 2 `place` and 2 `place` + 1.
    pub place: usize,
    /// Their values from 0 to 1. Behind the last pixel of an image with an odd number of them is a 0.
    pub values: [f32; 2],
}

/// The ink of one image.
#[derive(Debug, Clone, Copy)]
pub struct Ink<'a> {
    listed: &'a [Listed],
    values: &'a [f32; 256],
}

impl SparseImages {
    /// The images as lists; none if they have more than 131,072 pixels, which no list can number.
    pub fn of(images: &Images) -> Option<Self> {
        let pixels = images.size().pixels();
        let last = u16::try_from(pixels.div_ceil(2) - 1).ok()?;
        // No list has more twos than pixels. Memory that is set aside but not used costs nothing; growing lists would be copied
        // again and again.
        let twos = pixels.div_ceil(2);
        let (mut starts, mut listed) = (vec![0], Vec::with_capacity(images.inked() + twos));
        for image in images.iter() {
            let mut next = listed.len();
            listed.resize(next + twos, Listed::default());
            // Background is written as well, and overwritten by what follows: no processor could guess when to leave it out.
            let mut put = |place, grey| {
                listed[next] = Listed { place, grey };
                next += usize::from(grey != [0; 2]);
            };
            let (whole, odd) = image.as_chunks();
            whole.iter().zip(0..).for_each(|(two, place)| put(place, *two));
            odd.iter().for_each(|pixel| put(last, [*pixel, 0]));
            listed.truncate(next);
            starts.push(next);
        }
        let scaled = scaled(images.pixel_max());
        Some(Self { pixels, starts, listed, values: std::array::from_fn(|grey| scaled(grey as u8)) })
    }

    /// The ink of an image.
    #[inline]
    fn row(&self, row: usize) -> Ink<'_> {
        Ink { listed: &self.listed[self.starts[row]..self.starts[row + 1]], values: &self.values }
    }
}

impl<'a> Ink<'a> {
    /// The places, ascending.
    #[inline]
    pub fn places(self) -> impl Iterator<Item = usize> + 'a {
        self.listed.iter().map(|two| usize::from(two.place))
    }

    /// A sum of some of the list, for which all of it must be fetched from memory. The lists of a shuffled batch lie wide
    /// apart there: a processor that only sums is already at the next list while it waits for this one.
    #[inline]
    pub fn fetched(self) -> usize {
        const LINE: usize = 64 / size_of::<Listed>();
        self.listed.iter().step_by(LINE).map(|two| usize::from(two.place)).sum()
    }

    /// Places and pixels.
    #[inline]
    pub fn twos(self) -> impl Iterator<Item = Two> + 'a {
        let values = self.values;
        let value = move |grey: u8| values[usize::from(grey)];
        self.listed.iter().map(move |two| Two { place: usize::from(two.place), values: two.grey.map(value) })
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
    #[inline]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Ink<'_>> + Clone {
        self.order[self.range.clone()].iter().map(|row| self.images.row(*row))
    }

    /// Each image, in groups of this many; the last may have fewer.
    #[inline]
    pub fn chunks(&self, images: usize) -> impl Iterator<Item = impl ExactSizeIterator<Item = Ink<'_>> + Clone> {
        self.order[self.range.clone()].chunks(images).map(|rows| rows.iter().map(|row| self.images.row(*row)))
    }

    /// All pixels of each image, one after the other, zeros included.
    pub fn dense(&self) -> Vec<f32> {
        let mut dense = vec![0.0; self.len() * self.pixels()];
        for (row, image) in dense.chunks_exact_mut(self.pixels()).zip(self.iter()) {
            for Two { place, values } in image.twos() {
                row[2 * place..].iter_mut().zip(values).for_each(|(pixel, value)| *pixel = value);
            }
        }
        dense
    }
}

impl fmt::Debug for SparseRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SparseRows({} images of {} pixels)", self.len(), self.pixels())
    }
}
