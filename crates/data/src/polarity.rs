//! The polarity of images: bright ink on dark paper, as in MNIST, or dark ink on bright paper.

use crate::ImageSize;

/// The polarity of images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// Bright ink on dark paper.
    LightOnDark,
    /// Dark ink on bright paper.
    DarkOnLight,
}

/// The polarity of images of this size: that of most, of which the border is paper. None without a
/// clear majority, as with photographs.
pub fn polarity<'a>(images: impl Iterator<Item = &'a [u8]>, size: ImageSize) -> Option<Polarity> {
    let (mut light, mut dark, mut all) = (0, 0, 0);
    for image in images {
        let (border, inside) = border_and_inside(image, size);
        light += usize::from(border > inside);
        dark += usize::from(border < inside);
        all += 1;
    }
    // Three of four: then the rule holds for the data rather than by chance.
    match (light * 4 > all * 3, dark * 4 > all * 3) {
        (true, _) => Some(Polarity::DarkOnLight),
        (_, true) => Some(Polarity::LightOnDark),
        _ => None,
    }
}

/// The means of the pixels at the border, and of the others.
fn border_and_inside(image: &[u8], size: ImageSize) -> (f64, f64) {
    let (width, height) = (size.width(), size.height());
    let (mut border, mut at_border, mut inside, mut within) = (0u64, 0u64, 0u64, 0u64);
    for (row, pixels) in image.chunks_exact(width).enumerate() {
        for (column, pixel) in pixels.iter().enumerate() {
            let is_border = row == 0 || row + 1 == height || column == 0 || column + 1 == width;
            let (sum, count) =
                if is_border { (&mut border, &mut at_border) } else { (&mut inside, &mut within) };
            *sum += u64::from(*pixel);
            *count += 1;
        }
    }
    (border as f64 / at_border.max(1) as f64, inside as f64 / within.max(1) as f64)
}
