//! The size of images.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Width and height of an image in pixels, each from 1 to 512. The text is `20x30`, width first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ImageSize {
    width: usize,
    height: usize,
}

/// A text is no valid size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {}", ImageSize::EXPECTED)]
pub struct SizeError;

impl ImageSize {
    /// The size of MNIST's digits.
    pub const MNIST: Self = Self { width: 28, height: 28 };
    /// A description of valid sizes, for errors.
    pub const EXPECTED: &str = "width and height in pixels, each from 1 to 512, as in 20x30";
    /// The largest width and height. Larger images are too much for a fully connected network.
    const LARGEST: usize = 512;
    /// The side of the smallest square that is taken for an image by default. A CSV with fewer
    /// columns is probably no image.
    const SMALLEST_SQUARE: usize = 5;

    /// The size with this width and height; none if one is 0 or above 512.
    pub fn new(width: usize, height: usize) -> Option<Self> {
        let is_possible = |side: usize| (1..=Self::LARGEST).contains(&side);
        (is_possible(width) && is_possible(height)).then_some(Self { width, height })
    }

    /// The square with this number of pixels, at least 5x5; none if the number is no square.
    pub fn square(pixels: usize) -> Option<Self> {
        let side = pixels.isqrt();
        (side * side == pixels && side >= Self::SMALLEST_SQUARE)
            .then(|| Self::new(side, side))
            .flatten()
    }

    /// The size with width and height exchanged.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self { width: self.height, height: self.width }
    }

    /// Pixels in a row.
    pub fn width(self) -> usize {
        self.width
    }

    /// Pixels in a column.
    pub fn height(self) -> usize {
        self.height
    }

    /// Pixels in all.
    pub fn pixels(self) -> usize {
        self.width * self.height
    }
}

impl fmt::Display for ImageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl FromStr for ImageSize {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Self, SizeError> {
        let (width, height) = text.split_once('x').ok_or(SizeError)?;
        let side = |text: &str| text.trim().parse().map_err(|_| SizeError);
        Self::new(side(width)?, side(height)?).ok_or(SizeError)
    }
}

impl TryFrom<String> for ImageSize {
    type Error = SizeError;

    fn try_from(text: String) -> Result<Self, SizeError> {
        text.parse()
    }
}

impl From<ImageSize> for String {
    fn from(size: ImageSize) -> Self {
        size.to_string()
    }
}
