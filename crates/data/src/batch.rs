//! Rows as tensors.

use std::{num::NonZeroU8, ops::Range};

use burn::{
    data::dataloader::batcher::Batcher,
    tensor::{Device, Int, Tensor, TensorData},
};

use crate::{
    Classes, ImageSize, Images, LabelledImage, Table,
    images::{target, values},
    ink::SparseRows,
};

/// A batch of labelled images.
#[derive(Debug, Clone)]
pub struct ImageBatch {
    /// The images, each value from 0 (background) to 1 (ink).
    pub images: Pixels,
    /// Shape `[batch]`, each value a class, counted from 0.
    pub targets: Tensor<1, Int>,
}

/// The pixels of a batch.
#[expect(clippy::large_enum_variant, reason = "a step has one of them, and passes it on")]
#[derive(Debug, Clone)]
pub enum Pixels {
    /// All of them, shape `[batch, pixels]`.
    Dense(Tensor<2>),
    /// Those that are not 0, on the host.
    Sparse(SparseRows),
}

impl Pixels {
    /// All of them as a tensor on this device, shape `[batch, pixels]`.
    pub fn dense(self, device: &Device) -> Tensor<2> {
        match self {
            Self::Dense(images) => images.to_device(device),
            Self::Sparse(rows) => Tensor::from_data(
                TensorData::new(rows.dense(), [rows.len(), rows.pixels()]),
                device,
            ),
        }
    }
}

impl Table {
    /// The images of some rows as the network sees them: shape `[rows, pixels]`, each value from 0
    /// (background) to 1 (ink).
    ///
    /// # Panics
    /// A row is not below the number of rows.
    pub fn tensor(&self, rows: Range<usize>, device: &Device) -> Tensor<2> {
        let shape = [rows.len(), self.size.pixels()];
        Tensor::from_data(TensorData::new(self.values(rows), shape), device)
    }
}

/// Burn's batcher for images: one piece of host memory and one upload a batch, however many items
/// it has.
#[derive(Debug, Clone, Copy)]
pub struct ImageBatcher {
    size: ImageSize,
    pixel_max: NonZeroU8,
    classes: Classes,
}

impl ImageBatcher {
    /// For images of this set.
    pub fn of(images: &Images) -> Self {
        Self { size: images.size(), pixel_max: images.pixel_max(), classes: images.classes() }
    }
}

impl Batcher<LabelledImage, ImageBatch> for ImageBatcher {
    fn batch(&self, items: Vec<LabelledImage>, device: &Device) -> ImageBatch {
        let pixels = items.iter().flat_map(|item| item.pixels.iter().copied());
        let values = values(self.pixel_max);
        let images: Vec<f32> = pixels.map(|grey| values[usize::from(grey)]).collect();
        let targets: Vec<i64> = items.iter().map(|item| target(self.classes, item.label)).collect();
        let images =
            Tensor::from_data(TensorData::new(images, [items.len(), self.size.pixels()]), device);
        ImageBatch {
            images: Pixels::Dense(images),
            targets: Tensor::from_data(TensorData::new(targets, [items.len()]), device),
        }
    }
}
