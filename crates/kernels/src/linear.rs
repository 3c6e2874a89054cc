//! A linear layer over images of which most pixels are zero.
//!
//! A factor of 0 adds nothing, so both products that a training step needs, x W and xᵀ g, are sums
//! over the other pixels alone. A pixel belongs to one row of W, `[pixels, units]`, and adds a
//! multiple of that row to the units: contiguous memory, one fused multiply-add a vector.
//! (Liblinear and the networks of chess engines compute first layers like this.)
//!
//! Both products take some of the units at a time, and go with them through a chunk of images strip
//! by strip. The rows of W, or of its gradient, are then read once, and stay in the processor's
//! vector registers; the outputs of the images, or their gradients, stay in the first-level cache.
//! A strip has three pixels, because the processor multiplies and adds faster than it loads and
//! stores, and because three rows, their factors and the sums fill the registers.

use std::cell::Cell;

use burn::backend::{
    Flex,
    autodiff::{
        checkpoint::base::Checkpointer,
        grads::Gradients,
        ops::{Backward, Ops},
    },
};
use pulp::{Arch, Simd, WithSimd};

use crate::{
    Activation,
    flex::{self, Floats},
    sparse::{CHUNK, Chunk, STRIP, SparseRows, Strip},
};

/// Vectors of units that are computed together: with the three rows and factors of a strip, as many
/// as AVX2's 16 registers hold.
const BLOCK: usize = 4;

/// The gradients of a layer's weights and biases.
#[derive(Debug)]
pub(crate) struct LinearBackward;

impl Backward<Flex, 2> for LinearBackward {
    type State = (SparseRows, Option<Floats>);

    fn backward(self, ops: Ops<Self::State, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let (images, output) = ops.state;
        let gradient = gradients.consume::<Flex>(&ops.node);
        let gradient = Activation::gradient(output.as_ref(), gradient);
        let [weight, bias] = ops.parents;
        if let Some(weight) = weight {
            gradients.register::<Flex>(weight.id, transposed_product(&images, &gradient));
        }
        if let Some(bias) = bias {
            gradients.register::<Flex>(bias.id, column_sums(&gradient));
        }
    }
}

/// The activation of x W + b.
pub(crate) fn forward(
    images: &SparseRows,
    weight: &Floats,
    bias: &Floats,
    activation: Activation,
) -> Floats {
    let (weight, bias) = (flex::contiguous(weight), flex::contiguous(bias));
    let bias: &[f32] = bias.storage();
    let mut output = vec![0.0; images.len() * bias.len()];
    for (chunk, output) in images.chunks().iter().zip(output.chunks_mut(CHUNK * bias.len())) {
        let weight = weight.storage();
        Arch::new().dispatch(Product { chunk, weight, bias, activation, output });
    }
    flex::floats(output, [images.len(), bias.len()])
}

/// xᵀ g.
fn transposed_product(images: &SparseRows, gradient: &Floats) -> Floats {
    let gradient = flex::contiguous(gradient);
    let [_, units] = gradient.layout().shape().dims();
    let shape = [images.pixels(), units];
    let is_free = |last: &Floats| {
        last.is_unique() && last.layout().shape().dims() == shape && images.len() > 0
    };
    let last = LAST.take().filter(is_free);
    let mut output = last.unwrap_or_else(|| flex::floats(vec![0.0; shape[0] * units], shape));
    let chunks = images.chunks().iter().zip(gradient.storage::<f32>().chunks(CHUNK * units));
    for (index, (chunk, gradient)) in chunks.enumerate() {
        let (output, is_first) = (output.storage_mut(), index == 0);
        Arch::new().dispatch(TransposedProduct { chunk, gradient, units, output, is_first });
    }
    LAST.set(Some(output.clone()));
    output
}

thread_local! {
    /// The gradient of the last step. If nothing else holds it, the next one is written in its
    /// place: it is the largest tensor of a step, and zeroed memory for it would take as long as a
    /// third of the product.
    static LAST: Cell<Option<Floats>> = const { Cell::new(None) };
}

/// The sum of each column.
pub(crate) fn column_sums(gradient: &Floats) -> Floats {
    let gradient = flex::contiguous(gradient);
    let [_, units] = gradient.layout().shape().dims();
    let mut sums = vec![0.0; units];
    Arch::new().dispatch(ColumnSums { rows: gradient.storage(), sums: &mut sums });
    flex::floats(sums, [units])
}

struct ColumnSums<'a> {
    rows: &'a [f32],
    sums: &'a mut [f32],
}

impl WithSimd for ColumnSums<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for row in self.rows.chunks_exact(self.sums.len()) {
            for (sum, value) in self.sums.iter_mut().zip(row) {
                *sum += value;
            }
        }
    }
}

/// Units that are computed together, of as many images as a chunk has: few enough for what is read
/// and added to for each entry to stay in the first-level cache, 16 KiB.
const PANEL: usize = 64;
type Panel = [f32; PANEL];

/// These units of each row, from `from` on; behind the last one are zeros.
fn panels(rows: &[f32], units: usize, from: usize) -> Vec<Panel> {
    let width = PANEL.min(units - from);
    let mut panels = vec![[0.0; PANEL]; rows.len() / units];
    for (panel, row) in panels.iter_mut().zip(rows.chunks_exact(units)) {
        panel[..width].copy_from_slice(&row[from..][..width]);
    }
    panels
}

/// The values that a row begins with, or all of it, padded with zeros.
#[inline(always)]
fn panel<'a>(row: &'a [f32], padded: &'a mut Panel) -> &'a Panel {
    row.first_chunk().unwrap_or_else(|| {
        padded[..row.len()].copy_from_slice(row);
        padded[row.len()..].fill(0.0);
        padded
    })
}

/// The vectors of a panel in blocks.
#[inline(always)]
fn blocks<S: Simd>(panel: &Panel) -> &[[S::f32s; BLOCK]] {
    S::as_simd_f32s(panel).0.as_chunks().0
}

#[inline(always)]
fn blocks_mut<S: Simd>(panel: &mut Panel) -> &mut [[S::f32s; BLOCK]] {
    S::as_mut_simd_f32s(panel).0.as_chunks_mut().0
}

/// Writes the activation of x W + b to the output.
struct Product<'a> {
    chunk: &'a Chunk,
    /// `[pixels, units]`
    weight: &'a [f32],
    /// `[units]`
    bias: &'a [f32],
    activation: Activation,
    /// `[images, units]`
    output: &'a mut [f32],
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { chunk, weight, bias, activation, output } = self;
        let units = bias.len();
        let mut padded = [[0.0; PANEL]; STRIP];
        for from in (0..units).step_by(PANEL) {
            let width = PANEL.min(units - from);
            let mut sums = panels(bias, units, from).repeat(chunk.images());
            for (entries, rows) in chunk.places().zip(weight.chunks(STRIP * units)) {
                add(simd, entries, rows_of(rows, units, from, &mut padded), &mut sums, width);
            }
            for (sums, row) in sums.iter().zip(output.chunks_exact_mut(units)) {
                for (value, sum) in row[from..][..width].iter_mut().zip(sums) {
                    *value = activation.at(*sum);
                }
            }
        }
    }
}

/// These units of a strip's rows; zeros behind the last pixel of an image.
#[inline(always)]
fn rows_of<'a>(
    rows: &'a [f32],
    units: usize,
    from: usize,
    padded: &'a mut [Panel; STRIP],
) -> [&'a Panel; STRIP] {
    let [first, second, third] = padded;
    let row = |pixel: usize| {
        rows.chunks_exact(units).nth(pixel).map(|row| &row[from..]).unwrap_or_default()
    };
    [panel(row(0), first), panel(row(1), second), panel(row(2), third)]
}

/// Adds what these entries contribute to the first `width` sums of each image.
#[inline(always)]
fn add<S: Simd>(
    simd: S,
    entries: &[Strip],
    weights: [&Panel; STRIP],
    sums: &mut [Panel],
    width: usize,
) {
    let [first, second, third] = weights.map(blocks::<S>);
    for block in 0..PANEL / (BLOCK * S::F32_LANES) {
        if block * BLOCK * S::F32_LANES >= width {
            break;
        }
        let (first, second, third) = (first[block], second[block], third[block]);
        for Strip { image, values: [a, b, c] } in entries {
            let (a, b, c) = (simd.splat_f32s(*a), simd.splat_f32s(*b), simd.splat_f32s(*c));
            for (vector, sum) in
                blocks_mut::<S>(&mut sums[*image as usize])[block].iter_mut().enumerate()
            {
                *sum = simd.mul_add_e_f32s(a, first[vector], *sum);
                *sum = simd.mul_add_e_f32s(b, second[vector], *sum);
                *sum = simd.mul_add_e_f32s(c, third[vector], *sum);
            }
        }
    }
}

/// Adds xᵀ g to the output, or for the first chunk writes it there, whatever there was.
struct TransposedProduct<'a> {
    chunk: &'a Chunk,
    /// `[images, units]`
    gradient: &'a [f32],
    units: usize,
    /// `[pixels, units]`
    output: &'a mut [f32],
    is_first: bool,
}

impl WithSimd for TransposedProduct<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { chunk, gradient, units, output, is_first } = self;
        for from in (0..units).step_by(PANEL) {
            let width = PANEL.min(units - from);
            let gradient = panels(gradient, units, from);
            for (entries, rows) in chunk.places().zip(output.chunks_mut(STRIP * units)) {
                if let [Some(first), Some(second), Some(third)] = whole(rows, units, from) {
                    add_transposed(
                        simd,
                        entries,
                        &gradient,
                        [first, second, third],
                        PANEL,
                        is_first,
                    );
                    continue;
                }
                // Behind the last pixel of an image is none, whose sums are not used.
                let mut sums = [[0.0; PANEL]; STRIP];
                for (sums, row) in sums.iter_mut().zip(rows.chunks_exact(units)) {
                    sums[..width].copy_from_slice(&row[from..][..width]);
                }
                add_transposed(simd, entries, &gradient, sums.each_mut(), width, is_first);
                for (sums, row) in sums.iter().zip(rows.chunks_exact_mut(units)) {
                    row[from..][..width].copy_from_slice(&sums[..width]);
                }
            }
        }
    }
}

/// These units of a strip's rows, where they are whole.
#[inline(always)]
fn whole(rows: &mut [f32], units: usize, from: usize) -> [Option<&mut Panel>; STRIP] {
    let mut rows = rows.chunks_exact_mut(units);
    let mut next = || rows.next().and_then(|row| row[from..].first_chunk_mut());
    [next(), next(), next()]
}

/// Adds what these entries contribute to the first `width` gradients of each pixel of a strip, or
/// if they are the first, writes it there.
#[inline(always)]
fn add_transposed<S: Simd>(
    simd: S,
    entries: &[Strip],
    gradient: &[Panel],
    [first_sums, second_sums, third_sums]: [&mut Panel; STRIP],
    width: usize,
    is_first: bool,
) {
    let zeros = [simd.splat_f32s(0.0); BLOCK];
    for block in 0..PANEL / (BLOCK * S::F32_LANES) {
        if block * BLOCK * S::F32_LANES >= width {
            break;
        }
        let sums = [
            &mut blocks_mut::<S>(first_sums)[block],
            &mut blocks_mut::<S>(second_sums)[block],
            &mut blocks_mut::<S>(third_sums)[block],
        ];
        let [mut first, mut second, mut third] = match is_first {
            true => [zeros; STRIP],
            false => [*sums[0], *sums[1], *sums[2]],
        };
        for Strip { image, values: [a, b, c] } in entries {
            let (a, b, c) = (simd.splat_f32s(*a), simd.splat_f32s(*b), simd.splat_f32s(*c));
            for (vector, gradient) in
                blocks::<S>(&gradient[*image as usize])[block].iter().enumerate()
            {
                first[vector] = simd.mul_add_e_f32s(a, *gradient, first[vector]);
                second[vector] = simd.mul_add_e_f32s(b, *gradient, second[vector]);
                third[vector] = simd.mul_add_e_f32s(c, *gradient, third[vector]);
            }
        }
        (*sums[0], *sums[1], *sums[2]) = (first, second, third);
    }
}
