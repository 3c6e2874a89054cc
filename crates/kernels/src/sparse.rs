//! A linear layer over images of which only the non-zero pixels are listed.
//!
//! What is multiplied by 0 adds nothing, so both products that a training step needs, x W and xᵀ g, are sums over the listed
//! pixels alone. A pixel belongs to one row of W, `[pixels, units]`, and adds a multiple of that row to the units: contiguous
//! memory, one fused multiply-add a vector. (Liblinear and the networks of chess engines compute first layers like this.)
//!
//! The units are taken in blocks that fill the processor's vector registers, so that a sum never leaves them; a block of W
//! fits into the second-level cache. For the gradient, the pixels of 64 images are sorted by their place: then a row of the
//! gradient is a sum that stays in the registers, too, and the outputs' gradients of 64 images fit into the first-level cache.

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
use data::{NonZero, Pixels, SparseRows};
use pulp::{Arch, Simd, WithSimd};

use crate::flex::{self, Floats};

/// Vectors in a block of units: with AVX2, half of the registers.
const BLOCK: usize = 8;
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
        return Some(flex::from_plain(product(images, &weight, &bias)));
    }
    let (weight, bias) = (flex::tracked(weight)?, flex::tracked(bias)?);
    let output = product(images, weight.primitive(), bias.primitive());
    let step = LinearBackward.prepare::<NoCheckpointing>([weight.node(), bias.node()]);
    Some(flex::from_tracked(match step.compute_bound().stateful() {
        OpsKind::Tracked(step) => step.finish(images.clone(), output),
        OpsKind::UnTracked(step) => step.finish(output),
    }))
}

/// What the layer's weights and biases add to the loss.
#[derive(Debug)]
struct LinearBackward;

impl Backward<Flex, 2> for LinearBackward {
    type State = SparseRows;

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
fn product(images: &SparseRows, weight: &Floats, bias: &Floats) -> Floats {
    let (weight, bias) = (flex::contiguous(weight), flex::contiguous(bias));
    let bias: &[f32] = bias.storage();
    let mut output = bias.repeat(images.len());
    Arch::new().dispatch(Product { images, weight: weight.storage(), units: bias.len(), output: &mut output });
    flex::floats(output, [images.len(), bias.len()])
}

/// xᵀ g.
fn transposed_product(images: &SparseRows, gradient: &Floats) -> Floats {
    let gradient = flex::contiguous(gradient);
    let [_, units] = gradient.layout().shape().dims();
    let mut output = vec![0.0; images.pixels() * units];
    Arch::new().dispatch(TransposedProduct { images, gradient: gradient.storage(), units, output: &mut output });
    flex::floats(output, [images.pixels(), units])
}

/// The sum of each column.
fn column_sums(gradient: &Floats) -> Floats {
    let gradient = flex::contiguous(gradient);
    let [_, units] = gradient.layout().shape().dims();
    let mut sums = vec![0.0; units];
    Arch::new().dispatch(|| {
        for row in gradient.storage::<f32>().chunks_exact(units) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
    });
    flex::floats(sums, [units])
}

/// Adds x W to the output.
struct Product<'a> {
    images: &'a SparseRows,
    /// `[pixels, units]`
    weight: &'a [f32],
    units: usize,
    /// `[batch, units]`
    output: &'a mut [f32],
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let mut unit = 0;
        while unit + BLOCK * S::F32_LANES <= self.units {
            self.block::<S, BLOCK>(simd, unit);
            unit += BLOCK * S::F32_LANES;
        }
        while unit + S::F32_LANES <= self.units {
            self.block::<S, 1>(simd, unit);
            unit += S::F32_LANES;
        }
        if unit < self.units {
            self.rest(unit);
        }
    }
}

impl Product<'_> {
    /// N vectors of units, from this one on.
    #[inline(always)]
    fn block<S: Simd, const N: usize>(&mut self, simd: S, unit: usize) {
        let width = N * S::F32_LANES;
        for (image, output) in self.images.iter().zip(self.output.chunks_exact_mut(self.units)) {
            let output = vectors_mut::<S>(&mut output[unit..unit + width]);
            let mut sums: [S::f32s; N] = std::array::from_fn(|vector| output[vector]);
            for (place, value) in image.iter() {
                let start = place * self.units + unit;
                let weights = vectors::<S>(&self.weight[start..start + width]);
                let value = simd.splat_f32s(value);
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum = simd.mul_add_e_f32s(value, *weight, *sum);
                }
            }
            output.copy_from_slice(&sums);
        }
    }

    /// The last units, which do not fill a vector.
    fn rest(&mut self, unit: usize) {
        for (image, output) in self.images.iter().zip(self.output.chunks_exact_mut(self.units)) {
            for (place, value) in image.iter() {
                let weights = &self.weight[place * self.units..(place + 1) * self.units];
                output[unit..].iter_mut().zip(&weights[unit..]).for_each(|(sum, weight)| *sum += value * weight);
            }
        }
    }
}

/// Adds xᵀ g to the output.
struct TransposedProduct<'a> {
    images: &'a SparseRows,
    /// `[batch, units]`
    gradient: &'a [f32],
    units: usize,
    /// `[pixels, units]`
    output: &'a mut [f32],
}

/// The non-zero pixels of some images, sorted by their place.
struct ByPlace {
    /// Where the entries of each place begin, and where those of the last end.
    starts: Vec<u32>,
    /// The image, and the pixel's value in it.
    entries: Vec<(u32, f32)>,
}

impl ByPlace {
    /// A counting sort.
    fn sort<'a>(images: impl Iterator<Item = NonZero<'a>> + Clone, pixels: usize) -> Self {
        let mut starts = vec![0; pixels + 1];
        images.clone().flat_map(NonZero::iter).for_each(|(place, _)| starts[place + 1] += 1);
        for place in 0..pixels {
            starts[place + 1] += starts[place];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0.0); starts[pixels] as usize];
        for (image, pixels) in images.enumerate() {
            for (place, value) in pixels.iter() {
                entries[next[place] as usize] = (image as u32, value);
                next[place] += 1;
            }
        }
        Self { starts, entries }
    }

    fn of(&self, place: usize) -> &[(u32, f32)] {
        &self.entries[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}

impl WithSimd for TransposedProduct<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let mut block = Vec::new();
        for first in (0..self.images.len()).step_by(CHUNK) {
            let sorted = ByPlace::sort(self.images.iter().skip(first).take(CHUNK), self.images.pixels());
            let gradient = &self.gradient[first * self.units..];
            let gradient = &gradient[..gradient.len().min(CHUNK * self.units)];
            let mut unit = 0;
            while unit + BLOCK * S::F32_LANES <= self.units {
                self.block::<S, BLOCK>(simd, &sorted, gradient, &mut block, unit);
                unit += BLOCK * S::F32_LANES;
            }
            while unit + S::F32_LANES <= self.units {
                self.block::<S, 1>(simd, &sorted, gradient, &mut block, unit);
                unit += S::F32_LANES;
            }
            if unit < self.units {
                self.rest(&sorted, gradient, unit);
            }
        }
    }
}

impl TransposedProduct<'_> {
    /// N vectors of units, from this one on.
    #[inline(always)]
    fn block<S: Simd, const N: usize>(
        &mut self,
        simd: S,
        sorted: &ByPlace,
        gradient: &[f32],
        block: &mut Vec<f32>,
        unit: usize,
    ) {
        let width = N * S::F32_LANES;
        // Rows that lie a power of two apart compete for the same few places of the cache.
        block.clear();
        gradient.chunks_exact(self.units).for_each(|row| block.extend_from_slice(&row[unit..unit + width]));
        let gradient = vectors::<S>(block);
        for (place, output) in self.output.chunks_exact_mut(self.units).enumerate() {
            let entries = sorted.of(place);
            if entries.is_empty() {
                continue;
            }
            let output = vectors_mut::<S>(&mut output[unit..unit + width]);
            let mut sums: [S::f32s; N] = std::array::from_fn(|vector| output[vector]);
            for (image, value) in entries {
                let value = simd.splat_f32s(*value);
                let gradient = &gradient[*image as usize * N..(*image as usize + 1) * N];
                for (sum, gradient) in sums.iter_mut().zip(gradient) {
                    *sum = simd.mul_add_e_f32s(value, *gradient, *sum);
                }
            }
            output.copy_from_slice(&sums);
        }
    }

    /// The last units, which do not fill a vector.
    fn rest(&mut self, sorted: &ByPlace, gradient: &[f32], unit: usize) {
        for (place, output) in self.output.chunks_exact_mut(self.units).enumerate() {
            for (image, value) in sorted.of(place) {
                let gradient = &gradient[*image as usize * self.units..][..self.units];
                output[unit..].iter_mut().zip(&gradient[unit..]).for_each(|(sum, gradient)| *sum += value * gradient);
            }
        }
    }
}

/// The values as vectors. Their number must be a multiple of a vector's.
#[inline(always)]
fn vectors<S: Simd>(values: &[f32]) -> &[S::f32s] {
    S::as_simd_f32s(values).0
}

/// The values as vectors. Their number must be a multiple of a vector's.
#[inline(always)]
fn vectors_mut<S: Simd>(values: &mut [f32]) -> &mut [S::f32s] {
    S::as_mut_simd_f32s(values).0
}
