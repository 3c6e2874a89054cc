//! Outliers: images of no class, made at random. A network that trains on some of them, each with a
//! label drawn at random, becomes unsure of what it has never seen: letters, clothes, noise, two
//! digits that touch. This is outlier exposure (Hendrycks, Mazeika and Dietterich 2019,
//! <https://arxiv.org/abs/1812.04606>) with made images in place of collected ones.

mod canvas;
mod cloud;
mod collage;
mod glyph;
mod noise;
mod scene;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::{ImageSize, outliers::canvas::Canvas, seeded};

/// The share of the training images in each epoch that are replaced by outliers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outliers {
    share: f64,
}

/// An image of the training set, as material for outliers.
pub(crate) struct Material<'a> {
    pub(crate) image: &'a [u8],
    /// Another image, chosen at random.
    pub(crate) other: &'a [u8],
    pub(crate) size: ImageSize,
    /// The pixel value of full ink.
    pub(crate) full: u8,
}

impl Outliers {
    /// A share from 0 to 1; none if it is 0 or no share.
    pub fn with_share(share: f64) -> Option<Self> {
        (share > 0.0 && share <= 1.0).then_some(Self { share })
    }

    /// The random numbers of an outlier, if this image is replaced by one. `index` tells the image
    /// from all others, in each epoch.
    pub(crate) fn generator(self, seed: u64, index: u64) -> Option<ChaCha8Rng> {
        let mut random = seeded::generator(b"outlier in place", seed, index);
        random.random_bool(self.share).then_some(random)
    }
}

/// Draws an outlier. Seven of ten look as if written: digits that are merged, and strokes; the
/// others are surfaces and noise.
pub(crate) fn draw(material: &Material, random: &mut ChaCha8Rng) -> Vec<u8> {
    let Material { image, other, size, full } = *material;
    let [one, other] = [image, other].map(|image| Canvas::of(image, size, full));
    let outlier = match random.random_range(0..10) {
        0..2 => collage::pair(&one, &other, random).placed(size),
        2 => collage::overlay(one, &other, random).placed(size),
        3 => collage::halves(one, &other, random).placed(size),
        4..7 => glyph::glyph(size, random),
        7..9 => scene::scene(size, random),
        _ => noise::noise(size, random),
    };
    outlier.bytes(full)
}
