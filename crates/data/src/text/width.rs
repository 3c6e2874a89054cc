//! The size of the images, from the number of columns.

use super::{columns::Survey, spread::Stats};
use crate::{ImageSize, Problem, classes::MOST_CLASSES};

impl Survey<'_> {
    /// The size of images with this number of values.
    pub(super) fn square(&self, values: usize) -> Option<ImageSize> {
        match self.options.image {
            Some(image) => Some(image).filter(|image| image.pixels() == values),
            None => ImageSize::square(values),
        }
    }

    /// The size of the images, and the values of each pixel.
    pub(super) fn size(
        &self,
        values: usize,
        is_labelled: bool,
    ) -> Result<(ImageSize, usize), Problem> {
        if self.options.grey {
            let colour = values.is_multiple_of(3).then(|| self.square(values / 3)).flatten();
            if let Some(size) = colour {
                return Ok((size, 3));
            }
        }
        // A single line without an end may be cut short.
        let is_believed = |size: &ImageSize| {
            !self.is_cut || self.options.image.is_some() || *size == ImageSize::MNIST
        };
        match self.square(values).filter(is_believed) {
            Some(_) if self.options.grey => Err(Problem::Form(format!(
                "{values} columns of pixels; --grey expects three for each pixel"
            ))),
            Some(size) => Ok((size, 1)),
            None => Err(Problem::Form(self.width_reason(values, is_labelled))),
        }
    }

    /// Why these columns are no images, and what would be right.
    fn width_reason(&self, values: usize, is_labelled: bool) -> String {
        let (line, columns) = (self.line, self.stats.len());
        let plural = if columns == 1 { "" } else { "s" };
        let cut = if self.is_cut { " (the file ends here: is it cut short?)" } else { "" };
        let found = format!("line {line}: {columns} column{plural}{cut}");
        let label = if is_labelled { ", one of them the label" } else { "" };
        if values.is_multiple_of(3)
            && let Some(size) = self.square(values / 3)
        {
            return format!(
                "{found}{label}: {values} values are {size} pixels of three colours; give --grey \
                 to turn them to grey"
            );
        }
        if let Some(size) = self.options.image {
            let (with, without) = (size.pixels() + 1, size.pixels());
            return format!(
                "{found}{label}; expected {with} (label and {size} pixels) or {without} (pixels \
                 alone), as --image {size} says"
            );
        }
        if let Some(classes) = self.one_hot() {
            return format!(
                "{found}: the last {classes} have a single 1 in each row, labels in one-hot form; \
                 replace them by one column with the number of the class"
            );
        }
        if (2..25).contains(&values) {
            return format!(
                "{found}{label}: {values} values are features rather than pixels; if they are the \
                 pixels of an image, give its size as in --image 4x4"
            );
        }
        let size = if self.is_cut { ImageSize::MNIST } else { nearest_square(columns) };
        let (with, without) = (size.pixels() + 1, size.pixels());
        format!(
            "{found}{label}; expected {with} (label and {size} pixels) or {without} (pixels \
             alone); other sizes must be square, or be given as in --image 20x30"
        )
    }

    /// The number of columns at the end that look like labels in one-hot form, if the others are a
    /// square: each is 0 or 1.
    fn one_hot(&self) -> Option<usize> {
        let columns = self.stats.len();
        let is_bit = |stats: &Stats| {
            stats.texts + stats.fractions + stats.empty == 0 && stats.min >= 0.0 && stats.max <= 1.0
        };
        let ones = |classes: &usize| {
            let last = &self.stats[columns - classes..];
            let ones = last.iter().filter(|stats| stats.max == 1.0).count();
            last.iter().all(is_bit)
                && ones * 2 > *classes
                && ImageSize::square(columns - classes).is_some()
        };
        (2..=MOST_CLASSES.min(columns.saturating_sub(1))).find(ones)
    }
}

/// The size of a square image with about this number of columns; without one, that of MNIST.
fn nearest_square(columns: usize) -> ImageSize {
    const SLIP: usize = 3;
    let side = (columns as f64).sqrt().round() as usize;
    let square = ImageSize::square(side * side);
    square.filter(|size| columns.abs_diff(size.pixels()) <= SLIP).unwrap_or(ImageSize::MNIST)
}
