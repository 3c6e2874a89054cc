//! Batches, gathered where their pixels are.

use std::{fmt, ops::Range, sync::Arc};

use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    tensor::{Device, Int, Tensor, TensorData},
};

use crate::{ImageBatch, Images, Order, batch::Pixels, ink::SparseRows};

/// Where the pixels of a batch come from, and in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// From the device, where all images are, as a tensor: a graphics card gathers a batch without
    /// a copy from the host.
    Resident,
    /// From the host, as a tensor.
    Dense,
    /// From the host, as lists of the pixels that are not 0.
    Lists,
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resident => "on the device",
            Self::Dense => "dense",
            Self::Lists => "lists",
        })
    }
}

/// A [`DataLoader`] that yields the batches that Burn's own loader yields with an
/// [`ImageBatcher`](crate::ImageBatcher) over the rows in the same [`Order`]. The last batch may be
/// smaller.
///
/// Cloning is cheap, the pixels are shared.
#[derive(Clone)]
pub struct ImageLoader {
    store: Store,
    /// Shape `[rows]`.
    targets: Tensor<1, Int>,
    batch_size: usize,
    order: Order,
    /// The part of the order that is visited.
    range: Range<usize>,
}

#[derive(Clone)]
enum Store {
    /// Shape `[rows, pixels]`.
    Resident(Tensor<2>),
    Dense(Images),
    Lists(Images),
}

impl ImageLoader {
    /// Visits the rows as they are: for validation and test.
    pub fn sequential(
        images: &Images,
        batch_size: usize,
        storage: Storage,
        device: &Device,
    ) -> Self {
        Self::new(images, batch_size, Order::Sequential, storage, device)
    }

    /// Visits the rows shuffled, as in epoch 1 of a run with this seed; [`epoch`](Self::epoch)
    /// gives the others.
    pub fn shuffled(
        images: &Images,
        batch_size: usize,
        seed: u64,
        storage: Storage,
        device: &Device,
    ) -> Self {
        Self::new(images, batch_size, Order::Shuffled { seed, epoch: 1 }, storage, device)
    }

    fn new(
        images: &Images,
        batch_size: usize,
        order: Order,
        storage: Storage,
        device: &Device,
    ) -> Self {
        let rows = images.labels().len();
        let store = match storage {
            Storage::Resident => {
                let all = SparseRows::new(images, &(0..rows).collect::<Vec<_>>());
                Store::Resident(Pixels::Sparse(all).dense(device))
            }
            Storage::Dense => Store::Dense(images.clone()),
            Storage::Lists => Store::Lists(images.clone()),
        };
        let targets: Vec<i64> = images.targets().collect();
        let targets = Tensor::from_data(TensorData::new(targets, [rows]), device);
        Self { store, targets, batch_size, order, range: 0..rows }
    }

    /// The same rows in the order of another epoch (from 1). A sequential loader has one order for
    /// all.
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

impl DataLoader<ImageBatch> for ImageLoader {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<ImageBatch> + 'a> {
        let order = self.order.indices(self.targets.dims()[0]);
        let images = match &self.store {
            Store::Resident(images) => Pass::Resident(images),
            Store::Dense(images) => Pass::Dense(SparseRows::new(images, &order)),
            Store::Lists(images) => Pass::Lists(SparseRows::new(images, &order)),
        };
        // The whole order goes to the device at once; a step only slices it.
        let order =
            TensorData::new::<i64, _>(order.iter().map(|row| *row as i64).collect(), [order.len()]);
        let order = Tensor::from_data(order, &self.targets.device());
        Box::new(Batches { loader: self, images, order, next: self.range.start })
    }

    fn num_items(&self) -> usize {
        self.rows()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<ImageBatch>> {
        let store = match &self.store {
            Store::Resident(images) => Store::Resident(images.clone().to_device(device)),
            host => host.clone(),
        };
        Arc::new(Self { store, targets: self.targets.clone().to_device(device), ..self.clone() })
    }

    fn slice(&self, start: usize, end: usize) -> Arc<dyn DataLoader<ImageBatch>> {
        let range = self.range.start + start..self.range.start + end;
        Arc::new(Self { range, ..self.clone() })
    }
}

struct Batches<'a> {
    loader: &'a ImageLoader,
    images: Pass<'a>,
    /// Shape `[rows]`.
    order: Tensor<1, Int>,
    /// The place in the order at which the next batch begins.
    next: usize,
}

/// The images of a pass.
enum Pass<'a> {
    /// As they were read.
    Resident(&'a Tensor<2>),
    /// In the order of the pass.
    Dense(SparseRows),
    Lists(SparseRows),
}

impl Iterator for Batches<'_> {
    type Item = Result<ImageBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let range = self.next..(self.next + self.loader.batch_size).min(self.loader.range.end);
        if range.is_empty() {
            return None;
        }
        self.next = range.end;
        let (rows, targets) = (self.order.clone().slice(range.clone()), &self.loader.targets);
        let images = match &self.images {
            Pass::Resident(images) => Pixels::Dense((*images).clone().select(0, rows.clone())),
            Pass::Dense(images) => {
                Pixels::Dense(Pixels::Sparse(images.slice(range)).dense(&targets.device()))
            }
            Pass::Lists(images) => Pixels::Sparse(images.slice(range)),
        };
        Some(Ok(ImageBatch { images, targets: targets.clone().select(0, rows) }))
    }
}

impl DataLoaderIterator<ImageBatch> for Batches<'_> {
    fn progress(&self) -> Progress {
        let visited = self.next - self.loader.range.start;
        Progress::new(visited, self.loader.rows(), Some("items".to_owned()))
    }
}
