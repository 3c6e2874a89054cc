//! Rows as tensors.

use burn::{
    data::dataloader::batcher::Batcher,
    tensor::{Device, Int, Tensor, TensorData},
};

use crate::{Digit, PIXELS};

/// A batch of labelled images on a device.
#[derive(Debug, Clone)]
pub struct DigitBatch {
    /// Shape `[batch, 784]`, each value from 0 (background) to 1 (ink).
    pub images: Tensor<2>,
    /// Shape `[batch]`, each value a digit from 0 to 9.
    pub targets: Tensor<1, Int>,
}

/// A grey value as the network sees it: 0 to 255 becomes 0 to 1.
pub(crate) fn scaled(pixel: u8) -> f32 {
    f32::from(pixel) / 255.0
}

/// Burn's batcher for digits: one piece of host memory and one upload a batch, however many items it has.
#[derive(Debug, Clone, Copy, Default)]
pub struct DigitBatcher;

impl Batcher<Digit, DigitBatch> for DigitBatcher {
    fn batch(&self, items: Vec<Digit>, device: &Device) -> DigitBatch {
        let images: Vec<f32> = items.iter().flat_map(|item| item.pixels).map(scaled).collect();
        let targets: Vec<i64> = items.iter().map(|item| i64::from(item.label)).collect();
        DigitBatch {
            images: Tensor::from_data(TensorData::new(images, [items.len(), PIXELS]), device),
            targets: Tensor::from_data(TensorData::new(targets, [items.len()]), device),
        }
    }
}
