//! A linear layer over images of which only the non-zero pixels are listed.
//!
//! What is multiplied by 0 adds nothing, so both products that a training step needs, x W and xᵀ g, are sums over the listed
//! pixels alone. A pixel belongs to one row of W, `[pixels, units]`, and adds a multiple of that row to the units: contiguous
//! memory, one fused multiply-add a vector. (Liblinear and the networks of chess engines compute first layers like this.)
//!
//! Both products go through the pixels of some images place by place, two pixels at once. The rows of W, or of its gradient,
//! are then touched once, in the order of memory, and stay in the processor's vector registers; and neighbouring places are
//! inked in much the same images, whose outputs or gradients therefore stay in the first-level cache. Two at once, because
//! the processor can multiply and add faster than it can load and store.

use std::sync::Arc;

use burn::{
    backend::{
        Flex,
        autodiff::{
            checkpoint::{base::Checkpointer, strategy::NoCheckpointing},
            grads::Gradients,
            ops::{Backward, Ops, OpsKind},
        },
    },
    nn::Linear,
    tensor::Tensor,
};
use data::{Ink, Pixels, SparseRows, Two};
use pulp::{Arch, Simd, WithSimd};

use crate::flex::{self, Floats};

/// Vectors of units that are computed together: with AVX2's 16 registers, as many as leave none unused.
const BLOCK: usize = 4;
/// Images whose pixels are sorted at once.
const CHUNK: usize = 64;

/// The outputs of a linear layer for a batch of images, `[batch, pixels]` → `[batch, units]`: what [`Linear`] computes, which
/// this calls for images that are not listed, or not on flex.
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
    let output = product(&sorted.chunks, weight.primitive(), bias.primitive());
    let step = LinearBackward.prepare::<NoCheckpointing>([weight.node(), bias.node()]);
    Some(flex::from_tracked(match step.compute_bound().stateful() {
        OpsKind::Tracked(step) => step.finish(sorted, output),
        OpsKind::UnTracked(step) => step.finish(output),
    }))
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
    let mut output = bias.repeat(images);
    for (chunk, output) in chunks.iter().zip(output.chunks_mut(CHUNK * bias.len())) {
        Arch::new().dispatch(Product { chunk, weight: weight.storage(), units: bias.len(), output });
    }
    flex::floats(output, [images, bias.len()])
}

/// xᵀ g.
fn transposed_product(images: &Sorted, gradient: &Floats) -> Floats {
    let gradient = flex::contiguous(gradient);
    let [_, units] = gradient.layout().shape().dims();
    let mut output = Vec::with_capacity(images.pixels * units);
    for (chunk, gradient) in images.chunks.iter().zip(gradient.storage::<f32>().chunks(CHUNK * units)) {
        Arch::new().dispatch(TransposedProduct { chunk, gradient, pixels: images.pixels, units, output: &mut output });
    }
    flex::floats(output, [images.pixels, units])
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
    values: [f32; 2],
}

impl ByPlace {
    /// The images in parts.
    fn chunks(images: &SparseRows) -> Vec<Self> {
        let (parts, places) = ((0..images.len()).step_by(CHUNK), images.pixels().div_ceil(2));
        parts.map(|first| Self::sort(images.iter().skip(first).take(CHUNK), places)).collect()
    }

    /// A counting sort.
    fn sort<'a>(images: impl ExactSizeIterator<Item = Ink<'a>> + Clone, places: usize) -> Self {
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
            for Two { place, values } in ink.twos() {
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

/// Adds x W to the output.
struct Product<'a> {
    chunk: &'a ByPlace,
    /// `[pixels, units]`
    weight: &'a [f32],
    units: usize,
    /// `[images, units]`
    output: &'a mut [f32],
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { chunk, weight, units, output } = self;
        // Behind the last pixel of an odd number of them.
        let none = vec![0.0; units];
        for (entries, weights) in chunk.places().zip(weight.chunks(2 * units)) {
            let (first, second) = weights.split_at(units);
            let second = if second.is_empty() { &none } else { second };
            let mut unit = 0;
            while unit + BLOCK * S::F32_LANES <= units {
                add::<S, BLOCK>(simd, entries, [first, second], output, units, unit);
                unit += BLOCK * S::F32_LANES;
            }
            while unit + S::F32_LANES <= units {
                add::<S, 1>(simd, entries, [first, second], output, units, unit);
                unit += S::F32_LANES;
            }
            for Entry { image, values } in if unit < units { entries } else { &[] } {
                let sums = &mut output[*image as usize * units..][unit..units];
                for (sum, (first, second)) in sums.iter_mut().zip(first[unit..].iter().zip(&second[unit..])) {
                    *sum += values[0] * first + values[1] * second;
                }
            }
        }
    }
}

/// Adds what these entries contribute to the outputs of N vectors of units, from `unit` on.
#[inline(always)]
fn add<S: Simd, const N: usize>(
    simd: S,
    entries: &[Entry],
    weights: [&[f32]; 2],
    output: &mut [f32],
    units: usize,
    unit: usize,
) {
    let weights = [vectors::<S, N>(simd, &weights[0][unit..]), vectors::<S, N>(simd, &weights[1][unit..])];
    for Entry { image, values } in entries {
        let values = [simd.splat_f32s(values[0]), simd.splat_f32s(values[1])];
        let sums = &mut output[*image as usize * units + unit..][..N * S::F32_LANES];
        for (vector, sum) in S::as_mut_simd_f32s(sums).0.iter_mut().enumerate() {
            *sum = simd.mul_add_e_f32s(values[0], weights[0][vector], *sum);
            *sum = simd.mul_add_e_f32s(values[1], weights[1][vector], *sum);
        }
    }
}

/// Adds xᵀ g to the output, or makes it if it is empty: to fill it with zeros before would take as long as a tenth of this.
struct TransposedProduct<'a> {
    chunk: &'a ByPlace,
    /// `[images, units]`
    gradient: &'a [f32],
    pixels: usize,
    units: usize,
    /// `[pixels, units]`
    output: &'a mut Vec<f32>,
}

impl WithSimd for TransposedProduct<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { chunk, gradient, pixels, units, output } = self;
        let is_first = output.is_empty();
        // The sums of a place: two rows, of which the second is not used behind the last pixel of an odd number of them.
        let mut sums = vec![0.0; 2 * units];
        for (place, entries) in chunk.places().enumerate() {
            let rows = 2 * place * units..(2 * place + 2).min(pixels) * units;
            match is_first {
                true => sums.fill(0.0),
                false if entries.is_empty() => continue,
                false => sums[..rows.len()].copy_from_slice(&output[rows.clone()]),
            }
            let (first, second) = sums.split_at_mut(units);
            let mut unit = 0;
            while unit + BLOCK * S::F32_LANES <= units {
                let rows = [&mut first[unit..], &mut second[unit..]];
                add_transposed::<S, BLOCK>(simd, entries, &gradient[unit..], units, rows);
                unit += BLOCK * S::F32_LANES;
            }
            while unit + S::F32_LANES <= units {
                let rows = [&mut first[unit..], &mut second[unit..]];
                add_transposed::<S, 1>(simd, entries, &gradient[unit..], units, rows);
                unit += S::F32_LANES;
            }
            for Entry { image, values } in if unit < units { entries } else { &[] } {
                let gradient = &gradient[*image as usize * units..][unit..units];
                first[unit..].iter_mut().zip(gradient).for_each(|(sum, gradient)| *sum += values[0] * gradient);
                second[unit..].iter_mut().zip(gradient).for_each(|(sum, gradient)| *sum += values[1] * gradient);
            }
            match is_first {
                true => output.extend_from_slice(&sums[..rows.len()]),
                false => output[rows.clone()].copy_from_slice(&sums[..rows.len()]),
            }
        }
    }
}

/// Adds what these entries contribute to the gradient of the weights of N vectors of units, with which both rows of sums and
/// the outputs' gradient begin.
#[inline(always)]
fn add_transposed<S: Simd, const N: usize>(
    simd: S,
    entries: &[Entry],
    gradient: &[f32],
    units: usize,
    rows: [&mut [f32]; 2],
) {
    let [mut first, mut second] = [vectors::<S, N>(simd, rows[0]), vectors::<S, N>(simd, rows[1])];
    for Entry { image, values } in entries {
        let values = [simd.splat_f32s(values[0]), simd.splat_f32s(values[1])];
        let gradient = &gradient[*image as usize * units..][..N * S::F32_LANES];
        for (vector, gradient) in S::as_simd_f32s(gradient).0.iter().enumerate() {
            first[vector] = simd.mul_add_e_f32s(values[0], *gradient, first[vector]);
            second[vector] = simd.mul_add_e_f32s(values[1], *gradient, second[vector]);
        }
    }
    for (row, sums) in rows.into_iter().zip([first, second]) {
        S::as_mut_simd_f32s(&mut row[..N * S::F32_LANES]).0.copy_from_slice(&sums);
    }
}

/// The first N vectors of these values.
#[inline(always)]
fn vectors<S: Simd, const N: usize>(simd: S, values: &[f32]) -> [S::f32s; N] {
    let mut vectors = [simd.splat_f32s(0.0); N];
    vectors.copy_from_slice(S::as_simd_f32s(&values[..N * S::F32_LANES]).0);
    vectors
}
