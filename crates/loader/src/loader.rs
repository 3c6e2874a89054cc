//! The loader: gathers batches on the device or in host memory.

use std::{fmt, ops::Range, sync::Arc};

use burn::{
    data::{
        dataloader::{DataLoader, DataLoaderIterator, Progress},
        dataset::DatasetError,
    },
    tensor::{Device, Int, Tensor, TensorData},
};

use data::{Augmentation, Images, Order};

use crate::{
    ImageBatch,
    batch::{gather, upload},
};

/// The memory that holds the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// The memory of the device, which holds all images: a graphics card gathers a batch without a
    /// copy from the host.
    Device,
    /// The memory of the host, where a pixel takes one byte.
    Host,
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Device => "device",
            Self::Host => "host",
        })
    }
}

/// A [`DataLoader`] with the same batches as Burn's own loader with an
/// [`ImageBatcher`](crate::ImageBatcher) over the rows in the same [`Order`]. The last batch may be
/// smaller.
///
/// Clones share the pixels, so cloning is cheap.
#[derive(Clone)]
pub struct ImageLoader {
    store: Store,
    /// Shape `[rows]`.
    targets: Tensor<1, Int>,
    batch_size: usize,
    order: Order,
    /// The visited part of the order.
    range: Range<usize>,
}

#[derive(Clone)]
enum Store {
    /// Shape `[rows, height, width]`.
    Device(Tensor<3, Int>),
    Host(Images, Option<Augmentation>),
}

impl ImageLoader {
    /// A loader of the rows in order, for validation and test.
    pub fn sequential(
        images: &Images,
        batch_size: usize,
        storage: Storage,
        device: &Device,
    ) -> Self {
        Self::new(images, batch_size, Order::Sequential, storage, device)
    }

    /// A loader of the shuffled rows of epoch 1 of a run with this seed; [`epoch`](Self::epoch)
    /// gives the other epochs.
    pub fn shuffled(
        images: &Images,
        batch_size: usize,
        seed: u64,
        storage: Storage,
        device: &Device,
    ) -> Self {
        Self::new(images, batch_size, Order::Shuffled { seed, epoch: 1 }, storage, device)
    }

    /// A loader like [`shuffled`](Self::shuffled) that augments the images in each epoch anew.
    /// They are in host memory, where they are changed.
    pub fn augmented(
        images: &Images,
        batch_size: usize,
        seed: u64,
        augmentation: Augmentation,
        device: &Device,
    ) -> Self {
        let loader = Self::shuffled(images, batch_size, seed, Storage::Host, device);
        Self { store: Store::Host(images.clone(), Some(augmentation)), ..loader }
    }

    fn new(
        images: &Images,
        batch_size: usize,
        order: Order,
        storage: Storage,
        device: &Device,
    ) -> Self {
        let rows = images.targets().len();
        let store = match storage {
            Storage::Device => {
                let all = (0..rows).map(|row| images.image(row));
                Store::Device(upload(gather(all, images.size()), images.size(), device))
            }
            Storage::Host => Store::Host(images.clone(), None),
        };
        let targets =
            class_tensor(images.targets().iter().copied().map(i64::from).collect(), device);
        Self { store, targets, batch_size, order, range: 0..rows }
    }

    /// The same rows in the order of another epoch, from 1. The order of a sequential loader does
    /// not change.
    #[must_use]
    pub fn epoch(&self, epoch: usize) -> Self {
        let order = match self.order {
            Order::Sequential => Order::Sequential,
            Order::Shuffled { seed, .. } => Order::Shuffled { seed, epoch },
        };
        Self { order, ..self.clone() }
    }

    /// The rest of the pass after this many batches.
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
        // The whole order goes to the device at once; a step only slices it.
        let on_device: Vec<i64> = order.iter().map(|row| *row as i64).collect();
        let on_device = TensorData::new(on_device, [order.len()]);
        let on_device = Tensor::from_data(on_device, &self.targets.device());
        Box::new(Batches { loader: self, order, on_device, next: self.range.start })
    }

    fn num_items(&self) -> usize {
        self.rows()
    }

    fn to_device(&self, device: &Device) -> Arc<dyn DataLoader<ImageBatch>> {
        let store = match &self.store {
            Store::Device(images) => Store::Device(images.clone().to_device(device)),
            host @ Store::Host(..) => host.clone(),
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
    /// The rows in the order of the pass.
    order: Vec<usize>,
    /// The order on the device, shape `[rows]`.
    on_device: Tensor<1, Int>,
    /// The place of the next batch in the order.
    next: usize,
}

impl Batches<'_> {
    /// The bytes of the rows at these places of the order, and the class of each, if outliers took
    /// the place of some.
    fn augmented(
        &self,
        images: &Images,
        augmentation: Option<&Augmentation>,
        range: Range<usize>,
    ) -> (Vec<u8>, Option<Vec<i64>>) {
        let rows = &self.order[range];
        let mut bytes = gather(rows.iter().map(|row| images.image(*row)), images.size());
        let (Some(augmentation), Order::Shuffled { seed, epoch }) =
            (augmentation, self.loader.order)
        else {
            return (bytes, None);
        };
        let pixels = bytes.chunks_exact_mut(images.size().pixels());
        let classes = rows.iter().zip(pixels).map(|(row, pixels)| {
            let drawn = augmentation.apply(images, *row, (seed, epoch), pixels);
            i64::from(drawn.unwrap_or(images.targets()[*row]))
        });
        let classes: Vec<i64> = classes.collect();
        (bytes, augmentation.outliers.map(|_| classes))
    }
}

impl Iterator for Batches<'_> {
    type Item = Result<ImageBatch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let range = self.next..(self.next + self.loader.batch_size).min(self.loader.range.end);
        if range.is_empty() {
            return None;
        }
        self.next = range.end;
        let (rows, targets) = (self.on_device.clone().slice(range.clone()), &self.loader.targets);
        let (images, classes) = match &self.loader.store {
            Store::Device(images) => (images.clone().select(0, rows.clone()), None),
            Store::Host(images, augmentation) => {
                let (bytes, classes) = self.augmented(images, augmentation.as_ref(), range);
                (upload(bytes, images.size(), &targets.device()), classes)
            }
        };
        let targets = match classes {
            Some(classes) => class_tensor(classes, &targets.device()),
            None => targets.clone().select(0, rows),
        };
        Some(Ok(ImageBatch { images, targets }))
    }
}

/// Classes as a tensor, shape `[rows]`.
fn class_tensor(classes: Vec<i64>, device: &Device) -> Tensor<1, Int> {
    let rows = classes.len();
    Tensor::from_data(TensorData::new(classes, [rows]), device)
}

impl DataLoaderIterator<ImageBatch> for Batches<'_> {
    fn progress(&self) -> Progress {
        let visited = self.next - self.loader.range.start;
        Progress::new(visited, self.loader.rows(), Some("items".to_owned()))
    }
}
