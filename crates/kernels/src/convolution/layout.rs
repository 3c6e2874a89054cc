//! The order of values in memory: that of tensors, and that of the kernels.

use super::{PANEL, Shape};

/// Images `[images, channels, height, width]` with their channels last and their padding, each with
/// some zeros behind.
pub(super) fn channels_last(shape: &Shape, x: &[f32]) -> Vec<f32> {
    let mut images = vec![0.0; shape.images * shape.image()];
    let of_image = x.chunks_exact(shape.channels * shape.height * shape.width);
    for (x, image) in of_image.zip(images.chunks_exact_mut(shape.image())) {
        for (first, row) in rows_of_planes(shape).zip(x.chunks_exact(shape.width)) {
            let places = image[first..].iter_mut().step_by(shape.channels);
            places.zip(row).for_each(|(place, value)| *place = *value);
        }
    }
    images
}

/// The opposite of [`channels_last`].
pub(super) fn channels_first(shape: &Shape, images: &[f32]) -> Vec<f32> {
    let size = shape.channels * shape.height * shape.width;
    let mut x = vec![0.0; shape.images * size];
    for (x, image) in x.chunks_exact_mut(size).zip(images.chunks_exact(shape.image())) {
        for (first, row) in rows_of_planes(shape).zip(x.chunks_exact_mut(shape.width)) {
            let places = image[first..].iter().step_by(shape.channels);
            row.iter_mut().zip(places).for_each(|(value, place)| *value = *place);
        }
    }
    x
}

/// The place with the channels last at which each row of each channel begins.
fn rows_of_planes(shape: &Shape) -> impl Iterator<Item = usize> {
    let Shape { channels, height, padding, .. } = *shape;
    let stride = shape.stride();
    (0..channels).flat_map(move |channel| {
        (0..height).map(move |row| (row + padding) * stride + padding * channels + channel)
    })
}

/// Weights `[filters, channels, kernel, kernel]` by panel, row, column and channel, each with the
/// values of the filters of the panel.
pub(super) fn panels(shape: &Shape, weight: &[f32]) -> Vec<f32> {
    let size = shape.kernel * shape.row();
    let mut panels = vec![0.0; shape.panels() * size * PANEL];
    for (filter, weight) in weight.chunks_exact(size).enumerate() {
        let panel = &mut panels[filter / PANEL * size * PANEL..];
        for (place, value) in places(shape, shape.row()).zip(weight) {
            panel[place * PANEL + filter % PANEL] = *value;
        }
    }
    panels
}

/// The same weights by filter, row, column and channel, with zeros that fill up each row.
pub(super) fn rows(shape: &Shape, weight: &[f32]) -> Vec<f32> {
    let size = shape.kernel * shape.lanes();
    let mut rows = vec![0.0; shape.filters * size];
    let of_filter = weight.chunks_exact(shape.kernel * shape.row());
    for (weight, rows) in of_filter.zip(rows.chunks_exact_mut(size)) {
        places(shape, shape.lanes()).zip(weight).for_each(|(place, value)| rows[place] = *value);
    }
    rows
}

/// The opposite of [`rows`].
pub(super) fn from_rows(shape: &Shape, rows: &[f32]) -> Vec<f32> {
    let of_filter = rows.chunks_exact(shape.kernel * shape.lanes());
    of_filter.flat_map(|rows| places(shape, shape.lanes()).map(|place| rows[place])).collect()
}

/// The place of each weight of a filter, by channel, row and column, where its channels are last
/// and a row takes so many values.
fn places(shape: &Shape, row: usize) -> impl Iterator<Item = usize> {
    let Shape { channels, kernel, .. } = *shape;
    let of_channel = move |channel| {
        (0..kernel * kernel).map(move |at| at / kernel * row + at % kernel * channels + channel)
    };
    (0..channels).flat_map(of_channel)
}
