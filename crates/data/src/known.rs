//! Recognizes published data sets by their rows, in any order, dialect and packing.

use std::{collections::HashSet, path::Path};

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::Xxh3DefaultBuilder;

use crate::{ImageSet, Images, Labels, ReadOptions};

/// The 60,000 training images of MNIST, in the repository.
pub const MNIST_TRAIN: &str = "data/mnist_train.csv.gz";
/// The 10,000 test images of MNIST, in the repository.
pub const MNIST_TEST: &str = "data/mnist_test.csv.gz";

/// The known data sets, by the sum of the hashes of their rows.
const SETS: [(u128, &str); 4] = [
    (0x9d8e_eba6_bf9c_8b67_238f_298e_fb7a_d4a3, "official MNIST training set"),
    (0xb95e_d1a0_c488_80c2_c7e3_8b95_f5ac_b9ee, "official MNIST test set"),
    (0x0c3a_2f6b_4379_feca_ed99_24f8_ba83_733e, "Fashion-MNIST training set"),
    (0xa85b_429c_f35b_8d42_3f05_ab71_1ea3_d5ff, "Fashion-MNIST test set"),
];

/// Hashes of the official MNIST, for comparison with other files.
#[derive(Debug, Clone)]
pub struct Mnist {
    train: HashSet<u128>,
    test: HashSet<u128>,
    /// The rows of both sets, with labels.
    labelled: HashSet<u128>,
}

/// The numbers of rows whose image is also in the official sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// In the training set.
    pub train: usize,
    /// In the test set.
    pub test: usize,
}

impl Mnist {
    /// Hashes the two official sets.
    pub fn of(train: &ImageSet, test: &ImageSet) -> Self {
        let images = |set: &ImageSet| images(set).collect();
        Self {
            train: images(train),
            test: images(test),
            labelled: rows(train).chain(rows(test)).collect(),
        }
    }

    /// The MNIST of the repository in this folder, or of the cache; none if a file is missing.
    pub fn in_repository(repository: &Path, cache: &Path) -> Option<Self> {
        let read = |path| ReadOptions::default().read_cached(repository.join(path), cache).ok();
        Some(Self::of(&read(MNIST_TRAIN)?, &read(MNIST_TEST)?))
    }

    /// The numbers of rows shared with MNIST.
    pub fn shared(&self, set: &ImageSet) -> Shared {
        let count =
            |known: &HashSet<u128>| images(set).filter(|image| known.contains(image)).count();
        Shared { train: count(&self.train), test: count(&self.test) }
    }
}

/// The name of a data set, if it is known. Parts of MNIST are known only with `mnist`.
pub fn name(set: &ImageSet, mnist: Option<&Mnist>) -> Option<&'static str> {
    let sum = fingerprint(set);
    if let Some((_, name)) = SETS.iter().find(|(known, _)| *known == sum) {
        return Some(name);
    }
    let mnist = mnist?;
    let shared = mnist.shared(set);
    let is_mnist = shared.train + shared.test == set.rows();
    if is_mnist && set.labels().is_some() && !rows(set).all(|row| mnist.labelled.contains(&row)) {
        return Some("images of MNIST, but not all with MNIST's labels");
    }
    match (is_mnist, set.labels().is_some(), set.rows()) {
        (true, true, 42_000) => Some("Kaggle Digit Recognizer train.csv"),
        (true, false, 28_000) => Some("Kaggle Digit Recognizer test.csv"),
        (true, ..) => Some("a part of MNIST"),
        _ => None,
    }
}

/// The number of images in `these` that are also in `those`.
pub fn count_shared(these: &mut dyn Iterator<Item = &[u8]>, those: &Images) -> usize {
    let those: HashSet<&[u8], Xxh3DefaultBuilder> = those.iter().collect();
    these.filter(|image| those.contains(image)).count()
}

/// A hash of every image.
fn images(set: &ImageSet) -> impl Iterator<Item = u128> {
    set.images().map(|image| hash(&[image]))
}

/// A hash of every row, label and pixels.
fn rows(set: &ImageSet) -> impl Iterator<Item = u128> {
    let hashed = |name: &String| match name.parse::<u8>() {
        Ok(number) => vec![number],
        Err(_) => name.clone().into_bytes(),
    };
    // A label is hashed as a byte, if it is a number that fits in one.
    let labels = set.labels();
    let names: Vec<_> = labels.map_or(&[][..], Labels::names).iter().map(hashed).collect();
    set.images().enumerate().map(move |(row, image)| match labels {
        Some(labels) => hash(&[&names[usize::from(labels.of_rows()[row])], image]),
        None => hash(&[image]),
    })
}

/// The sum of the hashes of all rows, which does not depend on their order.
fn fingerprint(set: &ImageSet) -> u128 {
    rows(set).fold(0, u128::wrapping_add)
}

/// The first 16 bytes of SHA-256.
fn hash(parts: &[&[u8]]) -> u128 {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().iter().take(16).fold(0, |value, byte| value << 8 | u128::from(*byte))
}
