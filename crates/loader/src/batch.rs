//! Batches: images as tensors.

use burn::{
    data::dataloader::batcher::Batcher,
    tensor::{DType, Device, Int, Tensor, TensorData},
};

use data::{ImageSet, ImageSize, Images};

use crate::LabelledImage;

/// A batch of labelled images.
#[derive(Debug, Clone)]
pub struct ImageBatch {
    /// Grey values, shape `[batch, height, width]`, from 0 (background) to the largest pixel value
    /// (ink).
    pub images: Tensor<3, Int>,
    /// Shape `[batch]`, each value a class, counted from 0.
    pub targets: Tensor<1, Int>,
}

/// The grey values of some rows of a set, shape `[rows, height, width]`.
///
/// # Panics
/// A row is not below the number of rows.
pub fn tensor(
    set: &ImageSet,
    rows: impl ExactSizeIterator<Item = usize>,
    device: &Device,
) -> Tensor<3, Int> {
    upload(gather(rows.map(|row| set.image(row)), set.size()), set.size(), device)
}

/// The grey values of images, one image after the other, in one piece of memory.
pub(crate) fn gather<'a>(
    images: impl ExactSizeIterator<Item = &'a [u8]>,
    size: ImageSize,
) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(images.len() * size.pixels());
    images.for_each(|image| bytes.extend_from_slice(image));
    bytes
}

/// Gathered images as a tensor, shape `[batch, height, width]`: as bytes, if the device computes
/// with bytes, or else as its default integers. One upload, however many images there are.
pub(crate) fn upload(images: Vec<u8>, size: ImageSize, device: &Device) -> Tensor<3, Int> {
    let shape = [images.len() / size.pixels(), size.height(), size.width()];
    let images = TensorData::new(images, shape);
    if device.supports_dtype(DType::U8) {
        Tensor::from_data(images, (device, DType::U8))
    } else {
        Tensor::from_data(images, device)
    }
}

/// Burn's batcher for images.
#[derive(Debug, Clone, Copy)]
pub struct ImageBatcher {
    size: ImageSize,
}

impl ImageBatcher {
    /// The batcher for images of this set.
    pub fn of(images: &Images) -> Self {
        Self { size: images.size() }
    }
}

impl Batcher<LabelledImage, ImageBatch> for ImageBatcher {
    fn batch(&self, items: Vec<LabelledImage>, device: &Device) -> ImageBatch {
        let images = items.iter().map(|item| &item.pixels[..]);
        let targets: Vec<i64> = items.iter().map(|item| i64::from(item.target)).collect();
        ImageBatch {
            images: upload(gather(images, self.size), self.size, device),
            targets: Tensor::from_data(TensorData::new(targets, [items.len()]), device),
        }
    }
}
