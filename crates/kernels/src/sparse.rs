//! A linear layer over images of which only the non-zero pixels are listed.
//!
//! What is multiplied by 0 adds nothing, so both products that a training step needs, x W and xᵀ g,
//! are sums over the listed pixels alone. A pixel belongs to one row of W, `[pixels, units]`, and
//! adds a multiple of that row to the units: contiguous memory, one fused multiply-add a vector.
//! (Liblinear and the networks of chess engines compute first layers like this.)
//!
//! Both products take some of the units at a time, and go with them through the pixels of some
//! images place by place, three pixels at once. The rows of W, or of its gradient, are then touched
//! once, and stay in the processor's vector registers; and what the images have of the outputs or
//! their gradients stays in the first-level cache. Three at once, because the processor can
//! multiply and add faster than it can load and store, and because these rows, their factors and
//! what is added to fill the registers.

use std::{cell::Cell, hint::black_box, sync::Arc};

use burn::{
    backend::{
        Flex,
        autodiff::{
            checkpoint::base::Checkpointer,
            grads::Gradients,
            ops::{Backward, Ops},
        },
    },
    nn::Linear,
    tensor::Tensor,
};
use data::{Ink, Pixels, STRIP, SparseRows, Strip};
use pulp::{Arch, Simd, WithSimd};

use crate::flex::{self, Floats};

/// Vectors of units that are computed together: with a strip's three rows and factors, as many as
/// AVX2's 16 registers hold.
const BLOCK: usize = 4;
/// Images whose pixels are sorted at once.
const CHUNK: usize = 64;

/// The outputs of a linear layer for a batch of images, `[batch, pixels]` → `[batch, units]`: what
/// [`Linear`] computes, which this calls for images that are not listed, or not on flex.
pub fn linear(layer: &Linear, images: Pixels) -> Tensor<2> {
    let fast = match &images {
        Pixels::Sparse(images) => sums(layer, images),
        Pixels::Dense(_) => None,
    };
    fast.unwrap_or_else(|| layer.forward(images.dense(&layer.weight.device())))
}

fn sums(layer: &Linear, images: &SparseRows) -> Option<Tensor<2>> {
    let (weight, bias) = (layer.weight.val(), layer.bias.as_ref()?.val());
    if let (Some(weight), Some(bias)) = (flex::plain(weight.clone()), flex::plain(bias.clone())) {
        return Some(flex::from_plain(product(&ByPlace::chunks(images), &weight, &bias)));
    }
    let (weight, bias) = (flex::tracked(weight)?, flex::tracked(bias)?);
    let sorted = Sorted { chunks: ByPlace::chunks(images).into(), pixels: images.pixels() };
    let sums = flex::recorded(LinearBackward, [weight, bias], |[weight, bias]| {
        (product(&sorted.chunks, &weight, &bias), sorted)
    });
    Some(flex::from_tracked(sums))
}

/// The images of a batch, for the way back.
#[derive(Debug, Clone)]
struct Sorted {
    chunks: Arc<[ByPlace]>,
    pixels: usize,
}

/// What the layer's weights and biases add to the loss.
#[derive(Debug)]
struct LinearBackward;

impl Backward<Flex, 2> for LinearBackward {
    type State = Sorted;

    fn backward(self, ops: Ops<Self::State, 2>, gradients: &mut Gradients, _: &mut Checkpointer) {
        let output = gradients.consume::<Flex>(&ops.node);
        let [weight, bias] = ops.parents;
        if let Some(weight) = weight {
            gradients.register::<Flex>(weight.id, transposed_product(&ops.state, &output));
        }
        if let Some(bias) = bias {
            gradients.register::<Flex>(bias.id, column_sums(&output));
        }
    }
}

/// x W + b.
fn product(chunks: &[ByPlace], weight: &Floats, bias: &Floats) -> Floats {
    let (weight, bias) = (flex::contiguous(weight), flex::contiguous(bias));
    let bias: &[f32] = bias.storage();
    let images = chunks.iter().map(|chunk| chunk.images).sum();
    let mut output = vec![0.0; images * bias.len()];
    for (chunk, output) in chunks.iter().zip(output.chunks_mut(CHUNK * bias.len())) {
        Arch::new().dispatch(Product { chunk, weight: weight.storage(), bias, output });
    }
    flex::floats(output, [images, bias.len()])
}

/// xᵀ g.
fn transposed_product(images: &Sorted, gradient: &Floats) -> Floats {
    let gradient = flex::contiguous(gradient);
    let [_, units] = gradient.layout().shape().dims();
    let shape = [images.pixels, units];
    let is_free = |last: &Floats| {
        last.is_unique() && last.layout().shape().dims() == shape && !images.chunks.is_empty()
    };
    let last = LAST.take().filter(is_free);
    let mut output = last.unwrap_or_else(|| flex::floats(vec![0.0; images.pixels * units], shape));
    let mut is_first = true;
    for (chunk, gradient) in
        images.chunks.iter().zip(gradient.storage::<f32>().chunks(CHUNK * units))
    {
        Arch::new().dispatch(TransposedProduct {
            chunk,
            gradient,
            units,
            output: output.storage_mut(),
            is_first,
        });
        is_first = false;
    }
    LAST.set(Some(output.clone()));
    output
}

thread_local! {
    /// The gradient of the last step, of which nobody but this may be left: then the next one is
    /// written in its place. It is the largest tensor of a step, and to get zeroed memory for it
    /// would take as long as a third of the product.
    static LAST: Cell<Option<Floats>> = const { Cell::new(None) };
}

/// The sum of each column.
fn column_sums(gradient: &Floats) -> Floats {
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

/// The ink of some images, sorted by its place.
#[derive(Debug)]
struct ByPlace {
    /// How many images they are.
    images: usize,
    /// Where the entries of each place begin, and where those of the last end.
    starts: Vec<u32>,
    entries: Vec<Entry>,
}

/// What an image has at a place.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    image: u32,
    values: [f32; STRIP],
}

impl ByPlace {
    /// The images in parts.
    fn chunks(images: &SparseRows) -> Vec<Self> {
        images
            .chunks(CHUNK)
            .map(|chunk| Self::sort(chunk, images.pixels().div_ceil(STRIP)))
            .collect()
    }

    /// A counting sort.
    fn sort<'a>(images: impl ExactSizeIterator<Item = Ink<'a>> + Clone, places: usize) -> Self {
        // All at once, and not each when it is needed.
        black_box(images.clone().map(Ink::fetched).sum::<usize>());
        let mut starts = vec![0; places + 1];
        for ink in images.clone() {
            ink.places().for_each(|place| starts[place + 1] += 1);
        }
        for place in 0..places {
            starts[place + 1] += starts[place];
        }
        let mut next = starts.clone();
        let mut entries = vec![Entry::default(); starts[places] as usize];
        for (image, ink) in (0..).zip(images.clone()) {
            for Strip { place, values } in ink.strips() {
                entries[next[place] as usize] = Entry { image, values };
                next[place] += 1;
            }
        }
        Self { images: images.len(), starts, entries }
    }

    /// The entries of each place.
    fn places(&self) -> impl Iterator<Item = &[Entry]> {
        self.starts.windows(2).map(|ends| &self.entries[ends[0] as usize..ends[1] as usize])
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

/// Writes x W + b to the output.
struct Product<'a> {
    chunk: &'a ByPlace,
    /// `[pixels, units]`
    weight: &'a [f32],
    /// `[units]`
    bias: &'a [f32],
    /// `[images, units]`
    output: &'a mut [f32],
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { chunk, weight, bias, output } = self;
        let units = bias.len();
        let mut padded = [[0.0; PANEL]; STRIP];
        for from in (0..units).step_by(PANEL) {
            let width = PANEL.min(units - from);
            let mut sums = panels(bias, units, from).repeat(chunk.images);
            for (entries, rows) in chunk.places().zip(weight.chunks(STRIP * units)) {
                add(simd, entries, strip(rows, units, from, &mut padded), &mut sums, width);
            }
            for (sums, row) in sums.iter().zip(output.chunks_exact_mut(units)) {
                row[from..][..width].copy_from_slice(&sums[..width]);
            }
        }
    }
}

/// These units of a strip's rows; zeros behind the last pixel of an image.
#[inline(always)]
fn strip<'a>(
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
    entries: &[Entry],
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
        for Entry { image, values: [a, b, c] } in entries {
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
    chunk: &'a ByPlace,
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
    entries: &[Entry],
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
        for Entry { image, values: [a, b, c] } in entries {
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
