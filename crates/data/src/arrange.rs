//! Arranges images as a network expects them: rows from top to bottom, ink bright.

use crate::{ImageSet, ImageSize, ReadOptions};

/// Exchanges rows and columns, and inverts, if the options say so.
pub(crate) fn arrange(set: &mut ImageSet, options: &ReadOptions) {
    if options.transpose {
        let (from, mut image) = (set.size, Vec::new());
        set.images.iter_mut().for_each(|turned| transpose(from, turned, &mut image));
        set.size = from.transposed();
        set.form.note("orientation", "rows and columns exchanged");
    }
    if options.invert {
        let most = set.pixel_max.get();
        set.images.iter_mut().flatten().for_each(|pixel| *pixel = most - *pixel);
        set.form.note("polarity", "inverted");
    }
}

/// Exchanges rows and columns of an image of this size. `image` is memory for a copy.
fn transpose(size: ImageSize, turned: &mut [u8], image: &mut Vec<u8>) {
    image.clear();
    image.extend_from_slice(turned);
    let (width, height) = (size.width(), size.height());
    for (place, pixel) in turned.iter_mut().enumerate() {
        // In the result, a row has `height` pixels.
        let (row, column) = (place / height, place % height);
        *pixel = image[column * width + row];
    }
}
