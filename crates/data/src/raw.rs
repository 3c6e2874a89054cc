//! Grey values of images in memory.

/// Images of one size as bytes, one image after the other, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct RawImages {
    /// The number of pixels of an image; 0 only without an image.
    pixels: usize,
    bytes: Vec<u8>,
}

impl RawImages {
    /// No image yet; each will have this many pixels.
    pub(crate) fn new(pixels: usize) -> Self {
        Self { pixels, bytes: Vec::new() }
    }

    /// Images from their bytes; none if the last one is incomplete.
    pub(crate) fn from_bytes(pixels: usize, bytes: Vec<u8>) -> Option<Self> {
        (pixels > 0 && bytes.len().is_multiple_of(pixels)).then_some(Self { pixels, bytes })
    }

    /// Adds an image, which `write` fills from zeros, if `write` returns true.
    pub(crate) fn push_with(&mut self, write: impl FnOnce(&mut [u8]) -> bool) -> bool {
        let first = self.bytes.len();
        self.bytes.resize(first + self.pixels, 0);
        let is_whole = write(&mut self.bytes[first..]);
        if !is_whole {
            self.bytes.truncate(first);
        }
        is_whole
    }

    /// The number of images.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len().checked_div(self.pixels).unwrap_or_default()
    }

    /// Pixels of an image.
    pub(crate) fn pixels(&self) -> usize {
        self.pixels
    }

    /// All images.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// All images, to be changed.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// One image.
    ///
    /// # Panics
    /// The index is not below the number of images.
    #[inline]
    pub(crate) fn image(&self, index: usize) -> &[u8] {
        &self.bytes[index * self.pixels..][..self.pixels]
    }
}
