//! The time of batches by the augmentation of their images: ten batches of 64 of MNIST's digits,
//! with the allocator of the trainer.
//!
//! ```sh
//! cargo bench -p trainer --features flex --bench transform
//! ```

#![allow(clippy::unwrap_used, reason = "a benchmark ends where it fails")]

use std::{path::Path, sync::LazyLock};

use burn::{data::dataloader::DataLoader, tensor::Device};
use data::{Augmentation, Images, Outliers, ReadOptions};
use divan::{Bencher, black_box_drop, counter::ItemsCount};
use loader::ImageLoader;
use mimalloc::MiMalloc;
use run::Augment;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const BATCH: usize = 64;
const IMAGES: usize = 10 * BATCH;

static DIGITS: LazyLock<Images> = LazyLock::new(|| {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist_test.csv.gz");
    let rows: Vec<usize> = (0..IMAGES).collect();
    ReadOptions::default().read(file).unwrap().labelled().unwrap().select(&rows)
});

fn main() {
    LazyLock::force(&DIGITS);
    divan::main();
}

#[divan::bench(args = [Augment::None, Augment::Shift, Augment::Affine, Augment::Elastic])]
fn batches(bencher: Bencher, augment: Augment) {
    measure(bencher, Augmentation { transform: augment.transform(1.0), outliers: None });
}

#[divan::bench]
fn outliers(bencher: Bencher) {
    measure(bencher, Augmentation { transform: None, outliers: Outliers::with_share(1.0) });
}

fn measure(bencher: Bencher, augmentation: Augmentation) {
    let loader = ImageLoader::augmented(&DIGITS, BATCH, 0, augmentation, &Device::flex());
    bencher
        .counter(ItemsCount::new(IMAGES))
        .bench_local(|| loader.iter().for_each(|batch| black_box_drop(batch.unwrap())));
}
