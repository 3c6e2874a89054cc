//! Outliers, as laws.

use std::path::Path;

use burn::{data::dataloader::DataLoader, tensor::Device};
use data::{Augmentation, Images, Order, Outliers, ReadOptions};
use loader::{ImageBatch, ImageLoader};
use proptest::prelude::*;

const ROWS: usize = 2_000;
const SHARE: f64 = 0.25;

fn digits() -> Images {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist_test.csv.gz");
    let all: Vec<usize> = (0..ROWS).collect();
    data::read(path).unwrap().labelled().unwrap().select(&all)
}

/// The rows of an epoch in the order of the file: image and class.
fn rows(digits: &Images, share: f64, batch: usize, epoch: usize) -> Vec<(Vec<u8>, i64)> {
    let augmentation = Augmentation { transform: None, outliers: Outliers::with_share(share) };
    let loader = ImageLoader::augmented(digits, batch, 7, augmentation, &Device::flex());
    let mut rows = vec![(Vec::new(), 0); digits.targets().len()];
    let mut order = Order::Shuffled { seed: 7, epoch }.indices(rows.len()).into_iter();
    for batch in loader.epoch(epoch).iter() {
        let ImageBatch { images, targets } = batch.unwrap();
        let bytes: Vec<u8> = images.into_data_as::<u8>().iter().collect();
        let targets = targets.into_data_as::<i64>();
        for (image, class) in bytes.chunks(digits.size().pixels()).zip(targets.iter()) {
            rows[order.next().unwrap()] = (image.to_vec(), class);
        }
    }
    rows
}

/// Whether each row is not the row of the file.
fn replaced<'a>(digits: &'a Images, rows: &'a [(Vec<u8>, i64)]) -> impl Iterator<Item = bool> + 'a {
    digits.iter().zip(rows).map(|(image, row)| image != row.0)
}

#[test]
fn the_share_of_the_rows_becomes_outliers_of_random_classes_and_the_others_stay() {
    let digits = digits();
    let rows = rows(&digits, SHARE, 64, 1);
    let outliers = replaced(&digits, &rows).filter(|is_other| *is_other).count();
    // Within five standard deviations of the binomial distribution.
    let deviation = (ROWS as f64 * SHARE * (1.0 - SHARE)).sqrt();
    let expected = SHARE * ROWS as f64;
    assert!((outliers as f64 - expected).abs() < 5.0 * deviation, "{outliers} of {ROWS}");
    let mut counts = [0; 10];
    for ((is_other, target), (_, class)) in
        replaced(&digits, &rows).zip(digits.targets()).zip(&rows)
    {
        if is_other {
            counts[*class as usize] += 1;
        } else {
            assert_eq!(*class, i64::from(*target));
        }
    }
    let each = outliers as f64 / 10.0;
    assert!(counts.iter().all(|count| (f64::from(*count) - each).abs() < 5.0 * each.sqrt()));
}

#[test]
fn an_outlier_follows_from_seed_epoch_and_row() {
    let digits = digits();
    let first = rows(&digits, SHARE, 64, 1);
    assert_eq!(rows(&digits, SHARE, 7, 1), first, "another batch size");
    let again = rows(&digits, SHARE, 64, 2);
    let both = replaced(&digits, &first).zip(replaced(&digits, &again));
    let twice = both.filter(|(one, other)| *one && *other).count() as f64;
    // Independent of each other: a sixteenth of the rows, within five standard deviations.
    let expected = ROWS as f64 * SHARE * SHARE;
    assert!((twice - expected).abs() < 5.0 * expected.sqrt(), "{twice}");
}

#[test]
fn no_outlier_is_an_image_of_the_data_and_few_are_alike() {
    let digits = digits();
    let mut outliers: Vec<Vec<u8>> =
        rows(&digits, 1.0, 64, 1).into_iter().map(|row| row.0).collect();
    assert!(outliers.iter().zip(digits.iter()).all(|(outlier, image)| outlier != image));
    outliers.sort();
    outliers.dedup();
    // Greys without any structure come again.
    assert!(outliers.len() > ROWS * 95 / 100, "{} of {ROWS}", outliers.len());
}

proptest! {
    #[test]
    fn images_of_any_size_have_outliers_within_their_scale(
        (width, height) in (1..40_usize, 1..40_usize),
        (pixel_max, seed) in (1..=255_u8, any::<u8>()),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("images.csv");
        let values = usize::from(pixel_max) + 1;
        let pixel = |row: usize, place: usize| (row * 31 + place * 7) % values;
        let row = |row: usize| {
            let pixels = (0..width * height).map(|place| format!(",{}", pixel(row, place)));
            format!("{}{}\n", row % 3, pixels.collect::<String>())
        };
        let header = (0..width * height).map(|place| format!(",p{place}")).collect::<String>();
        let rows_of_file = (0..12).map(row).collect::<String>();
        std::fs::write(&path, format!("label{header}\n{rows_of_file}")).unwrap();
        let options = ReadOptions {
            image: data::ImageSize::new(width, height),
            pixel_max: std::num::NonZeroU8::new(pixel_max).unwrap(),
            ..ReadOptions::default()
        };
        let images = options.read(&path).unwrap().labelled().unwrap();
        for (image, class) in rows(&images, 1.0, 5, usize::from(seed)) {
            prop_assert_eq!(image.len(), width * height);
            prop_assert!(image.iter().all(|pixel| *pixel <= pixel_max));
            prop_assert!((0..3).contains(&class));
        }
    }
}
