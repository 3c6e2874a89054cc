//! The gradients of a convolution with ReLU and max pooling.

use pulp::{Arch, Simd, WithSimd};

use super::{LANES, Marks, OFF, PANEL, Shape, add};

/// Rows of a patch of which the gradients stay in registers if a row fits into a vector.
const NARROW: usize = 5;

/// The gradients, in the layout of the kernels.
pub(super) struct Gradients {
    /// By filter, row, column and channel.
    pub weights: Vec<f32>,
    /// By filter.
    pub bias: Vec<f32>,
    /// By image, row, column and channel, if wanted.
    pub x: Option<Vec<f32>>,
}

/// The gradients from those of the outputs, by image, filter, row and column.
pub(super) fn gradients(
    shape: Shape,
    x: &[f32],
    weights: &[f32],
    marks: &[Marks],
    output: &[f32],
    wants_x: bool,
) -> Gradients {
    let mut gradients = Gradients {
        weights: vec![0.0; weights.len()],
        bias: vec![0.0; shape.filters],
        x: wants_x.then(|| vec![0.0; x.len()]),
    };
    let of = &mut gradients;
    Arch::new().dispatch(Products { shape, x, weights, marks, output, gradients: of });
    gradients
}

struct Products<'a> {
    shape: Shape,
    x: &'a [f32],
    weights: &'a [f32],
    marks: &'a [Marks],
    output: &'a [f32],
    gradients: &'a mut Gradients,
}

impl WithSimd for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { shape, x, weights, marks, output, gradients } = self;
        let (places, size) = (shape.places(), shape.kernel * shape.lanes());
        let is_narrow = gradients.x.is_none() && shape.lanes() == LANES && shape.kernel == NARROW;
        for image in 0..shape.images {
            let of_image = image * shape.image()..(image + 1) * shape.image();
            let x = &x[of_image.clone()];
            for filter in 0..shape.filters {
                let output = &output[(image * shape.filters + filter) * places..][..places];
                let marks = &marks[(image * shape.panels() + filter / PANEL) * places..][..places];
                let sources = Sources { shape: &shape, output, marks, filter };
                let of_weights = &mut gradients.weights[filter * size..][..size];
                gradients.bias[filter] += if is_narrow {
                    let weights = [[0.0; LANES]; NARROW];
                    let mut sums = Narrow { x, stride: shape.stride(), weights };
                    let bias = sources.add_to(&mut sums);
                    multiply_add(of_weights, sums.weights.as_flattened(), 1.0);
                    bias
                } else {
                    let of_x = gradients.x.as_mut().map(|of_x| &mut of_x[of_image.clone()]);
                    let weights = &weights[filter * size..][..size];
                    sources.add_to(&mut Wide { shape: &shape, x, weights, of_weights, of_x })
                };
            }
        }
    }
}

/// The gradients of the outputs of a filter for an image.
struct Sources<'a> {
    shape: &'a Shape,
    output: &'a [f32],
    marks: &'a [Marks],
    filter: usize,
}

/// What adds up products of gradients and patches. (A closure would be compiled without the
/// processor's vectors.)
trait Sums {
    /// Adds those of the patch that begins at this place.
    fn add(&mut self, first: usize, gradient: f32);
}

impl Sources<'_> {
    /// Adds up each gradient that the ReLU lets through, and returns their sum.
    #[inline(always)]
    fn add_to(self, sums: &mut impl Sums) -> f32 {
        let Self { shape, output, marks, filter } = self;
        let (columns, mut sum) = (shape.pooled()[1], 0.0);
        let rows = output.chunks_exact(columns.max(1)).zip(marks.chunks_exact(columns.max(1)));
        for (row, (output, marks)) in rows.enumerate() {
            for (column, (gradient, marks)) in output.iter().zip(marks).enumerate() {
                let mark = marks[filter % PANEL];
                if mark == OFF {
                    continue;
                }
                let (down, right) = (usize::from(mark / 2), usize::from(mark % 2));
                sum += gradient;
                let place = (2 * row + down) * shape.stride();
                sums.add(place + (2 * column + right) * shape.channels, *gradient);
            }
        }
        sum
    }
}

/// The gradients of a filter whose rows are vectors.
struct Narrow<'a> {
    x: &'a [f32],
    stride: usize,
    weights: [[f32; LANES]; NARROW],
}

impl Sums for Narrow<'_> {
    #[inline(always)]
    fn add(&mut self, first: usize, gradient: f32) {
        let patch = &self.x[first..][..(NARROW - 1) * self.stride + LANES];
        let mut seen = [[0.0; LANES]; NARROW];
        for (row, seen) in seen.iter_mut().enumerate() {
            seen.copy_from_slice(&patch[row * self.stride..][..LANES]);
        }
        for (weights, seen) in self.weights.iter_mut().zip(&seen) {
            add(weights, seen, gradient);
        }
    }
}

/// The gradients of a filter, and those of the image.
struct Wide<'a> {
    shape: &'a Shape,
    x: &'a [f32],
    weights: &'a [f32],
    of_weights: &'a mut [f32],
    of_x: Option<&'a mut [f32]>,
}

impl Sums for Wide<'_> {
    #[inline(always)]
    fn add(&mut self, first: usize, gradient: f32) {
        let lanes = self.shape.lanes();
        for row in 0..self.shape.kernel {
            let (seen, of_row) = (first + row * self.shape.stride(), row * lanes);
            let of_weights = &mut self.of_weights[of_row..][..lanes];
            multiply_add(of_weights, &self.x[seen..][..lanes], gradient);
            if let Some(of_x) = &mut self.of_x {
                let weights = &self.weights[of_row..][..lanes];
                multiply_add(&mut of_x[seen..][..lanes], weights, gradient);
            }
        }
    }
}

/// `sums + factor · values`, for whole vectors.
#[inline(always)]
fn multiply_add(sums: &mut [f32], values: &[f32], factor: f32) {
    let (sums, values) = (sums.as_chunks_mut::<LANES>().0, values.as_chunks::<LANES>().0);
    for (sums, values) in sums.iter_mut().zip(values) {
        add(sums, values, factor);
    }
}
