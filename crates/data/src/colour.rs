//! Turns colours to grey.

use crate::{Form, raw::RawImages};

/// How the three values of a pixel are laid out is seen from many images: neighbours are alike.
#[derive(Debug, Default)]
pub(crate) struct Planes {
    /// The sum of differences between values one apart: small if red, green and blue of a pixel
    /// follow each other.
    interleaved: u64,
    /// The sum of differences between values a third of the image apart: small if the image is
    /// three planes.
    planar: u64,
}

impl Planes {
    /// Adds an image.
    pub(crate) fn add(&mut self, values: &[u8], channels: usize) {
        if channels != 3 {
            return;
        }
        let difference = |a: u8, b: u8| u64::from(a.abs_diff(b));
        let (pixels, third) = (values.as_chunks::<3>().0, values.len() / 3);
        self.interleaved +=
            pixels.iter().map(|[r, g, b]| difference(*r, *g) + difference(*g, *b)).sum::<u64>();
        let planes = values[..third].iter().zip(&values[third..]).zip(&values[2 * third..]);
        self.planar +=
            planes.map(|((r, g), b)| difference(*r, *g) + difference(*g, *b)).sum::<u64>();
    }
}

/// Grey values of images of three colours: 0.299 red + 0.587 green + 0.114 blue, as in ITU-R BT.601
/// (<https://www.itu.int/rec/R-REC-BT.601>).
pub(crate) fn to_grey(images: &RawImages, planes: &Planes, form: &mut Form) -> RawImages {
    let is_interleaved = planes.interleaved <= planes.planar;
    let layout = if is_interleaved { "pixel by pixel" } else { "plane by plane" };
    form.note("colour", format!("three colours, {layout}, turned to grey"));
    let pixels = images.pixels() / 3;
    let mut grey = RawImages::new(pixels);
    for index in 0..images.len() {
        let image = images.image(index);
        let colour = |pixel: usize, channel: usize| {
            let place = if is_interleaved { pixel * 3 + channel } else { channel * pixels + pixel };
            u32::from(image[place])
        };
        grey.push_with(|row| {
            for (pixel, value) in row.iter_mut().enumerate() {
                let [red, green, blue] = [0, 1, 2].map(|channel| colour(pixel, channel));
                *value = ((red * 299 + green * 587 + blue * 114 + 500) / 1000) as u8;
            }
            true
        });
    }
    grey
}
