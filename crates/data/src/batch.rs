//! Rows as tensors.

use std::num::NonZeroU8;

use burn::{
    data::dataloader::batcher::Batcher,
    tensor::{Device, Int, Tensor, TensorData},
};

use crate::{Classes, ImageSize, Images, LabelledImage, images::target};

/// A batch of labelled images on a device.
#[derive(Debug, Clone)]
pub struct ImageBatch {
    /// Shape `[batch, pixels]`, each value from 0 (background) to 1 (ink).
    pub images: Tensor<2>,
    /// Shape `[batch]`, each value a class, counted from 0.
    pub targets: Tensor<1, Int>,
}

/// Grey values as the network sees them: 0 to the largest becomes 0 to 1.
pub(crate) fn scaled(pixel_max: NonZeroU8) -> impl Fn(u8) -> f32 {
    let most = f32::from(pixel_max.get());
    move |pixel| f32::from(pixel) / most
}

/// Images, one after the other, as the network sees them: shape `[images, pixels]`, each value from 0 (background) to 1
/// (ink).
pub fn tensor(pixels: &[u8], size: ImageSize, pixel_max: NonZeroU8, device: &Device) -> Tensor<2> {
    let values: Vec<f32> = pixels.iter().copied().map(scaled(pixel_max)).collect();
    let rows = values.len() / size.pixels();
    Tensor::from_data(TensorData::new(values, [rows, size.pixels()]), device)
}

/// Burn's batcher for images: one piece of host memory and one upload a batch, however many items it has.
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
        let images: Vec<f32> = pixels.map(scaled(self.pixel_max)).collect();
        let targets: Vec<i64> = items.iter().map(|item| target(self.classes, item.label)).collect();
        ImageBatch {
            images: Tensor::from_data(TensorData::new(images, [items.len(), self.size.pixels()]), device),
            targets: Tensor::from_data(TensorData::new(targets, [items.len()]), device),
        }
    }
}
