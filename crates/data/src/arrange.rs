//! Arranges images as a network expects them: rows from top to bottom, ink bright.

use crate::{ImageSet, ImageSize, ReadOptions, raw::RawImages};

/// Exchanges rows and columns, and inverts, if the options say so.
pub(crate) fn arrange(set: &mut ImageSet, options: &ReadOptions) {
    if options.transpose {
        (set.size, set.images) = transposed(set.size, &set.images);
        set.form.note("orientation", "rows and columns exchanged");
    }
    if options.invert {
        let most = set.pixel_max.get();
        set.images.bytes_mut().iter_mut().for_each(|pixel| *pixel = most - *pixel);
        set.form.note("polarity", "inverted");
    }
}

/// The images with rows and columns exchanged.
fn transposed(size: ImageSize, images: &RawImages) -> (ImageSize, RawImages) {
    let (width, height) = (size.width(), size.height());
    let mut result = RawImages::new(images.pixels());
    for index in 0..images.len() {
        let image = images.image(index);
        result.push_with(|turned| {
            for (place, pixel) in turned.iter_mut().enumerate() {
                // In the result, a row has `height` pixels.
                let (row, column) = (place / height, place % height);
                *pixel = image[column * width + row];
            }
            true
        });
    }
    (size.transposed(), result)
}
