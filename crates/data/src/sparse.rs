//! Images as lists of the pixels that are not background.
//!
//! Four of five pixels of MNIST are 0: a list takes less memory than its image and is read sooner,
//! and what is multiplied by 0 adds nothing to a sum, so that a first layer that has these lists
//! does a fraction of the work. Ink is seldom one pixel wide; the lists hold pixels in strips of
//! three, which a kernel can take together.

/// Neighbouring pixels that are listed together.
pub const STRIP: usize = 3;

/// A strip of pixels, not all 0: its place, where place p stands for the pixels from `STRIP` p on,
/// in three bytes, the lowest first; and the grey values. Behind the last pixel of an image are
/// zeros.
pub(crate) type Listed = [u8; 3 + STRIP];

/// Images as lists of their strips, ascending: the compressed sparse rows of a matrix, one row an
/// image, in blocks of 1x3.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct SparseImages {
    /// Of an image, zeros included.
    pixels: usize,
    /// Where the list of each image ends.
    ends: Vec<usize>,
    /// The lists of all images, as they are written to a file.
    bytes: Vec<u8>,
}

impl SparseImages {
    /// No image yet, of so many pixels.
    pub(crate) fn new(pixels: usize) -> Self {
        Self { pixels, ..Self::default() }
    }

    /// Images from the lists that [`ends`](Self::ends) and [`bytes`](Self::bytes) gave; none if
    /// they are not whole.
    pub(crate) fn from_parts(pixels: usize, ends: Vec<usize>, bytes: Vec<u8>) -> Option<Self> {
        let (listed, rest) = bytes.as_chunks();
        let last = listed.iter().map(|strip| place(*strip)).max();
        let is_whole = rest.is_empty()
            && ends.is_sorted()
            && ends.last().copied().unwrap_or_default() == listed.len()
            && last.is_none_or(|last| last < pixels.div_ceil(STRIP));
        is_whole.then_some(Self { pixels, ends, bytes })
    }

    /// Adds an image.
    pub(crate) fn push(&mut self, image: &[u8]) {
        let first = self.bytes.len();
        let mut next = first;
        // No list has more strips than this.
        self.bytes.resize(first + self.pixels.div_ceil(STRIP) * size_of::<Listed>(), 0);
        let (strips, rest) = image.as_chunks();
        let mut last = [0; STRIP];
        last[..rest.len()].copy_from_slice(rest);
        let last = (!rest.is_empty()).then_some(&last);
        for (place, [a, b, c]) in (0u32..).zip(strips.iter().chain(last)) {
            let [low, middle, high, _] = place.to_le_bytes();
            // Background is written as well, and overwritten by what follows: no processor could
            // guess when to leave it out.
            self.bytes[next..][..size_of::<Listed>()]
                .copy_from_slice(&[low, middle, high, *a, *b, *c]);
            next += if a | b | c == 0 { 0 } else { size_of::<Listed>() };
        }
        self.bytes.truncate(next);
        self.ends.push(next / size_of::<Listed>());
    }

    /// The number of images.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The pixels of an image, zeros included.
    pub(crate) fn pixels(&self) -> usize {
        self.pixels
    }

    /// Where the list of each image ends, in strips.
    pub(crate) fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// The lists of all images.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The list of an image. Two images are the same if their lists are.
    #[inline]
    pub(crate) fn list(&self, row: usize) -> &[Listed] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.bytes.as_chunks().0[start..self.ends[row]]
    }

    /// The pixels of an image.
    pub(crate) fn image(&self, row: usize) -> Vec<u8> {
        let mut image = vec![0; self.pixels];
        for strip in self.list(row) {
            image[STRIP * place(*strip)..]
                .iter_mut()
                .zip(grey(*strip))
                .for_each(|(pixel, grey)| *pixel = grey);
        }
        image
    }
}

/// What the network sees of each grey value.
pub(crate) type Values = [f32; 256];

/// The pixels of images that are given as lists, one after the other, as the network sees them.
pub(crate) fn dense<'a>(
    lists: impl ExactSizeIterator<Item = &'a [Listed]>,
    pixels: usize,
    values: &Values,
) -> Vec<f32> {
    let mut dense = vec![0.0; lists.len() * pixels];
    for (image, list) in dense.chunks_exact_mut(pixels).zip(lists) {
        for strip in list {
            let pixels = image[STRIP * place(*strip)..].iter_mut().zip(grey(*strip));
            pixels.for_each(|(pixel, grey)| *pixel = values[usize::from(grey)]);
        }
    }
    dense
}

/// Which strip of an image this is.
#[inline]
pub(crate) fn place([low, middle, high, ..]: Listed) -> usize {
    usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16
}

/// Its grey values.
#[inline]
pub(crate) fn grey([_, _, _, grey @ ..]: Listed) -> [u8; STRIP] {
    grey
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hold_images_of_any_size() {
        // Up to the largest: its last places do not fit into two bytes.
        for pixels in [1, 2, 3, 4, 784, 512 * 512] {
            let ink = (0..pixels).map(|pixel| {
                if pixel % 7 < 2 || pixel + 1 == pixels { (pixel % 255 + 1) as u8 } else { 0 }
            });
            let (ink, background, all): (Vec<u8>, _, _) =
                (ink.collect(), vec![0; pixels], vec![255; pixels]);
            let mut images = SparseImages::new(pixels);
            [&ink, &background, &all].into_iter().for_each(|image| images.push(image));
            let back =
                SparseImages::from_parts(pixels, images.ends().to_vec(), images.bytes().to_vec());
            assert_eq!(back.as_ref(), Some(&images));
            assert_eq!([0, 1, 2].map(|row| images.image(row)), [ink, background, all]);
            assert_eq!(images.list(1), &[] as &[Listed]);
        }
    }
}
