//! Batches gathered on the device.

use std::{ops::Range, sync::Arc};

use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    tensor::{Device, Int, Tensor, TensorData},
};

use crate::{ImageBatch, Images, Order, batch::scaled};

/// A [`DataLoader`] that uploads all pixels once and then gathers each batch on the device: no copy from the host in
/// the training step. It yields the batches that Burn's own loader yields with a [`ImageBatcher`](crate::ImageBatcher)
/// over the rows in the same [`Order`]. The last batch may be smaller.
///
/// Cloning is cheap, the tensors are shared.
#[derive(Clone)]
pub struct DeviceLoader {
    /// Shape `[rows, pixels]`.
    images: Tensor<2>,
    /// Shape `[rows]`.
    targets: Tensor<1, Int>,
    batch_size: usize,
    order: Order,
    /// The part of the order that is visited.
    range: Range<usize>,
}

impl DeviceLoader {
    /// Visits the rows as they are: for validation and test.
    pub fn sequential(images: &Images, batch_size: usize, device: &Device) -> Self {
        Self::new(images, batch_size, Order::Sequential, device)
    }

    /// Visits the rows shuffled, as in epoch 1 of a run with this seed; [`epoch`](Self::epoch) gives the others.
    pub fn shuffled(images: &Images, batch_size: usize, seed: u64, device: &Device) -> Self {
        Self::new(images, batch_size, Order::Shuffled { seed, epoch: 1 }, device)
    }

    fn new(images: &Images, batch_size: usize, order: Order, device: &Device) -> Self {
        let rows = images.labels().len();
        let pixels: Vec<f32> = images.pixels().iter().copied().map(scaled(images.pixel_max())).collect();
        let targets: Vec<i64> = images.targets().collect();
        Self {
            images: Tensor::from_data(TensorData::new(pixels, [rows, images.size().pixels()]), device),
            targets: Tensor::from_data(TensorData::new(targets, [rows]), device),
            batch_size,
            order,
            range: 0..rows,
        }
    }

    /// The same rows in the order of another epoch (from 1). A sequential loader has one order for all.
    #[must_use]
    pub fn epoch(&self, epoch: usize) -> Self {
        let order = match self.order {
            Order::Sequential => Order::Sequential,
            Order::Shuffled { seed, .. } => Order::Shuffled { seed, epoch },
        };
        Self { order, ..self.clone() }
    }

    /// What is left of the pass after this many batches.
    #[must_use]
    pub fn after(&self, batches: usize) -> Self {
        let start = (self.range.start + batches * self.batch_size).min(self.range.end);
        Self { range: start..self.range.end, ..self.clone() }
    }

    /// The number of rows in one pass.
    pub fn rows(&self) -> usize {
        self.range.len()
    }

    /// The number of batches in one pass.
    pub fn num_batches(&self) -> usize {
        self.range.len().div_ceil(self.batch_size)
    }
}

impl DataLoader<ImageBatch> for DeviceLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<ImageBatch> + 'a> {
        // The whole order goes to the device at once; a step only slices it.
        let order = self.order.indices(self.images.dims()[0]);
        let order: Vec<i64> = order[self.range.clone()].iter().map(|row| *row as i64).collect();
        let rows = order.len();
        let order = Tensor::from_data(TensorData::new(order, [rows]), &self.images.device());
        Box::new(Batches { loader: self, order, visited: 0 })
    }

    fn num_items(&self) -> usize {
        self.rows()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<ImageBatch>> {
        Arc::new(Self {
            images: self.images.clone().to_device(device),
            targets: self.targets.clone().to_device(device),
            ..self.clone()
        })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<ImageBatch>> {
        let range = self.range.start + start..self.range.start + end;
        Arc::new(Self { range, ..self.clone() })
    }
}

struct Batches<'a> {
    loader: &'a DeviceLoader,
    /// The rows to visit, on the device.
    order: Tensor<1, Int>,
    visited: usize,
}

impl Iterator for Batches<'_> {
    type Item = Result<ImageBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let end = (self.visited + self.loader.batch_size).min(self.loader.rows());
        if self.visited == end {
            return None;
        }
        let rows = self.order.clone().slice(self.visited..end);
        self.visited = end;
        Some(Ok(ImageBatch {
            images: self.loader.images.clone().select(0, rows.clone()),
            targets: self.loader.targets.clone().select(0, rows),
        }))
    }
}

impl DataLoaderIterator<ImageBatch> for Batches<'_> {
    fn progress(&self) -> Progress {
        Progress::new(self.visited, self.loader.rows(), Some("items".to_owned()))
    }
}
