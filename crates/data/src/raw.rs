//! Grey values of images in memory.

/// Images of one size as bytes, row by row. They are in blocks of memory, so that a file whose
/// number of images is not known beforehand takes no more memory than its images.
#[derive(Debug, Clone)]
pub struct RawImages {
    /// The number of pixels of an image; 0 only without an image.
    pixels: usize,
    /// The number of images in each block but the last.
    per_block: usize,
    blocks: Vec<Vec<u8>>,
    len: usize,
}

/// The largest number of pixels in a file; a pixel takes a byte.
pub const MAX_PIXELS: usize = 1 << 30;
/// The bytes of a block; of larger images, each has its own.
const BLOCK: usize = 1 << 20;

impl RawImages {
    /// No image yet; each will have this many pixels.
    pub fn new(pixels: usize) -> Self {
        let per_block = BLOCK.checked_div(pixels).unwrap_or_default().max(1);
        Self { pixels, per_block, blocks: Vec::new(), len: 0 }
    }

    /// Images from their bytes; none if the last one is incomplete.
    pub(crate) fn from_bytes(pixels: usize, bytes: Vec<u8>) -> Option<Self> {
        let is_whole = pixels > 0 && bytes.len().is_multiple_of(pixels);
        is_whole.then(|| {
            let len = bytes.len() / pixels;
            Self { pixels, per_block: len.max(1), blocks: vec![bytes], len }
        })
    }

    /// Adds an image; false, without adding it, if it has another number of pixels.
    pub fn push(&mut self, image: &[u8]) -> bool {
        image.len() == self.pixels
            && self.push_with(|pixels| {
                pixels.copy_from_slice(image);
                true
            })
    }

    /// Adds an image, which `write` fills from zeros, if `write` returns true.
    pub(crate) fn push_with(&mut self, write: impl FnOnce(&mut [u8]) -> bool) -> bool {
        if self.len / self.per_block == self.blocks.len() {
            self.blocks.push(Vec::with_capacity(self.per_block * self.pixels));
        }
        let Some(block) = self.blocks.last_mut() else { return false };
        let first = block.len();
        block.resize(first + self.pixels, 0);
        let is_whole = write(&mut block[first..]);
        if is_whole {
            self.len += 1;
        } else {
            block.truncate(first);
        }
        is_whole
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Pixels of an image.
    pub(crate) fn pixels(&self) -> usize {
        self.pixels
    }

    /// The bytes of memory that the images take.
    pub(crate) fn memory(&self) -> usize {
        self.blocks.iter().map(Vec::capacity).sum()
    }

    /// All images, a number of whole ones in each block.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &[u8]> {
        self.blocks.iter().map(Vec::as_slice)
    }

    /// All images, each to be changed.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        let pixels = self.pixels.max(1);
        self.blocks.iter_mut().flat_map(move |block| block.chunks_exact_mut(pixels))
    }

    /// One image.
    ///
    /// # Panics
    /// The index is not below the number of images.
    #[inline]
    pub(crate) fn image(&self, index: usize) -> &[u8] {
        let (block, place) = (index / self.per_block, index % self.per_block);
        &self.blocks[block][place * self.pixels..][..self.pixels]
    }
}

impl Default for RawImages {
    fn default() -> Self {
        Self::new(0)
    }
}

/// However the images are divided into blocks.
impl PartialEq for RawImages {
    fn eq(&self, other: &Self) -> bool {
        (self.pixels, self.len) == (other.pixels, other.len)
            && (0..self.len).all(|index| self.image(index) == other.image(index))
    }
}

impl Eq for RawImages {}
