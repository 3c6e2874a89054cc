//! The loader gives what Burn's own loader gives.

use std::{path::Path, sync::Arc};

use burn::{
    data::dataloader::{DataLoader, DataLoaderBuilder},
    tensor::Device,
};
use data::{Augmentation, Images, Order, transform::Shift};
use loader::{ImageBatch, ImageBatcher, ImageDataset, ImageLoader, Storage};

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
            .build(ImageDataset(digits.select(&order)));
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

/// The images of an epoch, each with its row.
fn shifted(digits: &Images, batch: usize, seed: u64, epoch: usize) -> Vec<(usize, Vec<i64>)> {
    let augmentation =
        Augmentation { transform: Some(Arc::new(Shift { most: 2 })), ..Augmentation::default() };
    let loader = ImageLoader::augmented(digits, batch, seed, augmentation, &Device::flex());
    let images = batches(&loader.epoch(epoch)).into_iter().flat_map(|(images, _)| images);
    let images: Vec<i64> = images.collect();
    let rows = Order::Shuffled { seed, epoch }.indices(digits.targets().len());
    let mut rows: Vec<_> = rows.into_iter().zip(images.chunks(784).map(<[i64]>::to_vec)).collect();
    rows.sort();
    rows
}

#[test]
fn a_transformed_image_follows_from_seed_epoch_and_row() {
    let digits = digits();
    let first = shifted(&digits, BATCH, SEED, 1);
    assert_eq!(shifted(&digits, 7, SEED, 1), first, "another batch size");
    let again = shifted(&digits, BATCH, SEED, 2);
    let other = shifted(&digits, BATCH, SEED + 1, 1);
    for others in [again, other] {
        let same = first.iter().zip(&others).filter(|(a, b)| a == b).count();
        // 25 shifts are equally likely.
        assert!((10..100).contains(&same), "{same} of {ROWS} are the same");
    }
}

#[test]
fn a_shift_moves_an_image_and_fills_with_background() {
    let digits = digits();
    let pixel = |image: &[i64], x: isize, y: isize| {
        let inside = (0..28).contains(&x) && (0..28).contains(&y);
        if inside { image[(y * 28 + x) as usize] } else { 0 }
    };
    let is_shift = |from: &[i64], to: &[i64], right: isize, down: isize| {
        let places = || (0..28).flat_map(|y| (0..28).map(move |x| (x, y)));
        places().all(|(x, y)| pixel(to, x, y) == pixel(from, x - right, y - down))
    };
    let mut counts = [[0; 5]; 5];
    for (row, image) in shifted(&digits, BATCH, SEED, 1) {
        let from: Vec<i64> = digits.image(row).iter().map(|pixel| i64::from(*pixel)).collect();
        let shifts = (-2..=2).flat_map(|down| (-2..=2).map(move |right| (right, down)));
        let (right, down) = shifts
            .into_iter()
            .find(|(right, down)| is_shift(&from, &image, *right, *down))
            .unwrap_or_else(|| panic!("row {row} is not shifted by up to 2 pixels"));
        counts[(down + 2) as usize][(right + 2) as usize] += 1;
    }
    // 40 of each are expected, with a standard deviation of 6.2.
    assert!(counts.as_flattened().iter().all(|count| (15..70).contains(count)), "{counts:?}");
}
