//! The loader gives what Burn's own loader gives.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::path::Path;

use burn::{
    data::dataloader::{DataLoader, DataLoaderBuilder},
    tensor::Device,
};
use data::{ImageBatch, ImageBatcher, ImageLoader, Images, Order, Storage};

const SEED: u64 = 7;
const BATCH: usize = 64;
/// Not a multiple of the batch size.
const ROWS: usize = 1_000;

fn digits() -> Images {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist_test.csv.gz");
    let all: Vec<usize> = (0..ROWS).collect();
    data::read(path).unwrap().labelled().unwrap().select(&all)
}

/// Pixels and labels of each batch.
fn batches(loader: &dyn DataLoader<ImageBatch>) -> Vec<(Vec<i64>, Vec<i64>)> {
    let content = |batch: ImageBatch| {
        let rows = batch.targets.dims()[0];
        assert_eq!(batch.images.dims(), [rows, 28, 28]);
        let images = batch.images.into_data_as::<i64>().iter().collect();
        (images, batch.targets.into_data_as::<i64>().iter().collect())
    };
    loader.iter().map(|batch| content(batch.unwrap())).collect()
}

#[test]
fn both_loaders_give_the_same_batches_for_the_same_seed() {
    let (digits, device) = (digits(), Device::flex());
    for (storage, epoch) in [(Storage::Device, 1), (Storage::Host, 2), (Storage::Host, 10)] {
        let ours = ImageLoader::shuffled(&digits, BATCH, SEED, storage, &device);
        let order = Order::Shuffled { seed: SEED, epoch }.indices(ROWS);
        let burns = DataLoaderBuilder::new(ImageBatcher::of(&digits))
            .batch_size(BATCH)
            .set_device(device.clone())
            .build(digits.select(&order));
        assert_eq!(batches(&ours.epoch(epoch)), batches(&*burns), "{storage}, epoch {epoch}");
    }
}

#[test]
fn each_epoch_visits_every_row_once_in_another_order() {
    let loader = ImageLoader::shuffled(&digits(), BATCH, SEED, Storage::Host, &Device::flex());
    let labels = |epoch| -> Vec<i64> {
        batches(&loader.epoch(epoch)).into_iter().flat_map(|batch| batch.1).collect()
    };
    let (first, second) = (labels(1), labels(2));
    assert_ne!(first, second);
    let sorted = |mut labels: Vec<i64>| {
        labels.sort_unstable();
        labels
    };
    assert_eq!(sorted(first), sorted(second));
    for epoch in [1, 2] {
        let mut rows = Order::Shuffled { seed: SEED, epoch }.indices(ROWS);
        rows.sort_unstable();
        assert_eq!(rows, (0..ROWS).collect::<Vec<_>>());
    }
}

#[test]
fn the_last_batch_holds_what_is_left() {
    let loader = ImageLoader::sequential(&digits(), BATCH, Storage::Host, &Device::flex());
    let sizes: Vec<usize> = batches(&loader).iter().map(|batch| batch.1.len()).collect();
    assert_eq!(sizes.len(), loader.num_batches());
    assert_eq!(sizes.last(), Some(&(ROWS % BATCH)));
    assert_eq!(sizes.iter().sum::<usize>(), ROWS);
}

#[test]
fn a_pass_can_be_continued_and_sliced() {
    let loader =
        ImageLoader::shuffled(&digits(), BATCH, SEED, Storage::Host, &Device::flex()).epoch(3);
    let whole = batches(&loader);
    assert_eq!(batches(&loader.after(5)), whole[5..]);
    assert_eq!(batches(&loader.after(5).after(2)), whole[7..]);
    assert_eq!(batches(&*loader.slice(2 * BATCH, 4 * BATCH)), whole[2..4]);
    assert_eq!(loader.after(99).num_batches(), 0);
    assert_eq!(batches(&*loader.to_device(&Device::flex())), whole);
}
