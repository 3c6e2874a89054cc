//! Augmentation of training images.

use std::sync::Arc;

use rand::RngExt;

use crate::{
    ImageSize, Images, Outliers, Transform,
    outliers::{self, Material},
    transform::generator,
};

/// What the training images become, in each epoch anew.
#[derive(Debug, Clone, Default)]
pub struct Augmentation {
    /// The transform of each image.
    pub transform: Option<Arc<dyn Transform>>,
    /// The outliers that take the place of some images.
    pub outliers: Option<Outliers>,
}

/// Images before their augmentation.
pub(crate) struct Originals<'a> {
    pub(crate) image: &'a dyn Fn(usize) -> &'a [u8],
    /// The number of images.
    pub(crate) rows: usize,
    pub(crate) size: ImageSize,
    /// The pixel value of full ink.
    pub(crate) full: u8,
    /// The number of classes.
    pub(crate) classes: usize,
}

impl Augmentation {
    /// Whether all images stay as they are.
    pub fn is_none(&self) -> bool {
        self.transform.is_none() && self.outliers.is_none()
    }

    /// Changes the pixels of one of the images in an epoch. The class, if it became an outlier, is
    /// drawn at random. All random numbers follow from the seed, the epoch and the index.
    ///
    /// Outliers are transformed like all images. Otherwise, a network could tell them by their
    /// sharp pixels, and take every image that is not transformed for one.
    ///
    /// # Panics
    /// The index is not below the number of images, or `pixels` is no image of their size.
    pub fn apply(
        &self,
        images: &Images,
        index: usize,
        seed_and_epoch: (u64, usize),
        pixels: &mut [u8],
    ) -> Option<u16> {
        let originals = Originals {
            image: &|row| images.image(row),
            rows: images.targets().len(),
            size: images.size(),
            full: images.pixel_max().get(),
            classes: images.classes().count(),
        };
        self.apply_to(&originals, index, seed_and_epoch, pixels)
    }

    /// Does what [`apply`](Self::apply) does, for images with labels or without.
    pub(crate) fn apply_to(
        &self,
        originals: &Originals,
        row: usize,
        (seed, epoch): (u64, usize),
        pixels: &mut [u8],
    ) -> Option<u16> {
        let index = (epoch * originals.rows + row) as u64;
        let outliers = self.outliers.and_then(|outliers| outliers.generator(seed, index));
        let class = outliers.map(|mut random| {
            let other = random.random_range(0..originals.rows);
            let class = random.random_range(0..originals.classes);
            let material = Material {
                image: (originals.image)(row),
                other: (originals.image)(other),
                size: originals.size,
                full: originals.full,
            };
            pixels.copy_from_slice(&outliers::draw(&material, &mut random));
            class as u16
        });
        if let Some(transform) = &self.transform {
            transform.apply(pixels, originals.size, &mut generator(seed, index));
        }
        class
    }
}
