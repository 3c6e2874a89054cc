//! The outputs of a convolution with ReLU and max pooling.

use pulp::{Arch, Simd, WithSimd};

use super::{Marks, OFF, PANEL, Shape, add};

/// The outputs by image, filter, row and column, and the marks by image, panel and place.
pub(super) fn pooled(
    shape: Shape,
    x: &[f32],
    panels: &[f32],
    bias: &[f32],
) -> (Vec<f32>, Vec<Marks>) {
    let mut output = vec![0.0; shape.images * shape.filters * shape.places()];
    let mut marks = vec![[OFF; PANEL]; shape.images * shape.panels() * shape.places()];
    let (output_of, marks_of) = (&mut output, &mut marks);
    Arch::new().dispatch(Pooled { shape, x, panels, bias, output: output_of, marks: marks_of });
    (output, marks)
}

struct Pooled<'a> {
    shape: Shape,
    x: &'a [f32],
    panels: &'a [f32],
    bias: &'a [f32],
    output: &'a mut [f32],
    marks: &'a mut [Marks],
}

impl WithSimd for Pooled<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { shape, x, panels, bias, output, marks } = self;
        let places = shape.places();
        if places == 0 {
            return;
        }
        let images = x
            .chunks_exact(shape.image())
            .zip(output.chunks_exact_mut(shape.filters * places))
            .zip(marks.chunks_exact_mut(shape.panels() * places));
        let mut line = vec![[0.0; PANEL]; shape.pooled()[1]];
        for ((x, output), marks) in images {
            let of_panel = panels
                .chunks_exact(shape.kernel * shape.row() * PANEL)
                .zip(bias.chunks(PANEL))
                .zip(output.chunks_mut(PANEL * places))
                .zip(marks.chunks_exact_mut(places));
            for (((panel, bias), output), marks) in of_panel {
                of_image(&shape, x, panel, bias, output, marks, &mut line);
            }
        }
    }
}

/// The outputs of a panel of filters for an image. `line` has space for a row of them.
#[inline(always)]
fn of_image(
    shape: &Shape,
    x: &[f32],
    panel: &[f32],
    bias: &[f32],
    output: &mut [f32],
    marks: &mut [Marks],
    line: &mut [[f32; PANEL]],
) {
    let [rows, columns] = shape.pooled();
    let mut biases = [0.0; PANEL];
    biases[..bias.len()].copy_from_slice(bias);
    for row in 0..rows {
        let marks = &mut marks[row * columns..][..columns];
        for (column, (mark, largest)) in marks.iter_mut().zip(line.iter_mut()).enumerate() {
            let first = 2 * row * shape.stride() + 2 * column * shape.channels;
            (*largest, *mark) = largest_of(four(shape, x, panel, biases, first));
        }
        for (filter, output) in output.chunks_exact_mut(rows * columns).enumerate() {
            let output = &mut output[row * columns..][..columns];
            for (value, line) in output.iter_mut().zip(line.iter()) {
                *value = line[filter];
            }
        }
    }
}

/// The sums of a panel of filters at four neighbouring places, the first of which sees the patch
/// that begins at `first`.
#[inline(always)]
fn four(
    shape: &Shape,
    x: &[f32],
    panel: &[f32],
    biases: [f32; PANEL],
    first: usize,
) -> [[f32; PANEL]; 4] {
    let (row, stride, channels) = (shape.row(), shape.stride(), shape.channels);
    let mut sums = [biases; 4];
    for (index, weights) in panel.chunks_exact(row * PANEL).enumerate() {
        let at = first + index * stride;
        let above = &x[at..at + row + channels];
        let below = &x[at + stride..at + stride + row + channels];
        let above = above[..row].iter().zip(&above[channels..]);
        let below = below[..row].iter().zip(&below[channels..]);
        let pixels = above.zip(below);
        for (weights, ((a, b), (c, d))) in weights.as_chunks::<PANEL>().0.iter().zip(pixels) {
            add(&mut sums[0], weights, *a);
            add(&mut sums[1], weights, *b);
            add(&mut sums[2], weights, *c);
            add(&mut sums[3], weights, *d);
        }
    }
    sums
}

/// The largest of four sums if it is above 0, else 0, and which it is.
#[inline(always)]
fn largest_of(sums: [[f32; PANEL]; 4]) -> ([f32; PANEL], Marks) {
    let (mut largest, mut which) = ([0.0; PANEL], [u32::from(OFF); PANEL]);
    let mut total = [0.0; PANEL];
    for (place, sums) in (0..).zip(&sums) {
        for filter in 0..PANEL {
            let is_larger = sums[filter] > largest[filter];
            which[filter] = if is_larger { place } else { which[filter] };
            largest[filter] = if is_larger { sums[filter] } else { largest[filter] };
            total[filter] += sums[filter];
        }
    }
    // What is not a number is not larger either, and must not be lost.
    for (largest, total) in largest.iter_mut().zip(&total) {
        *largest += 0.0 * total;
    }
    (largest, which.map(|place| place as u8))
}
