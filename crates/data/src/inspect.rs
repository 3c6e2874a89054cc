//! Says everything about a file that could hold images: whether it is sound, which set it is, and
//! what it shares with MNIST.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    ReadError, ReadOptions, Scan,
    known::{self, Mnist},
};

/// Everything about a file.
#[derive(Debug)]
pub struct Inspection {
    /// What is in it, and what is wrong with it.
    pub scan: Scan,
    /// Its size as it is, packed or not, in bytes.
    pub size: u64,
    /// The name by which the set is known, if it is sound.
    pub name: Option<&'static str>,
    /// How many rows have each label that there is, in ascending order; none in a file without
    /// labels.
    pub labels: Option<BTreeMap<u16, usize>>,
    /// The largest pixel.
    pub brightest: u8,
    /// How many of its images are also in the official test set: a test there would flatter what is
    /// trained on them.
    pub in_official_test: usize,
}

/// Inspects a file that should hold such images, compares it with MNIST if that is at hand, and
/// lists at most `most_problems` problems.
///
/// # Errors
/// The file cannot be opened.
pub fn inspect(
    path: &Path,
    options: ReadOptions,
    mnist: Option<&Mnist>,
    most_problems: usize,
) -> Result<Inspection, ReadError> {
    let scan = options.scan(path, most_problems)?;
    let set = scan.set.as_ref();
    let count = |labels: &[u16]| {
        let mut counts = BTreeMap::new();
        labels.iter().for_each(|label| *counts.entry(*label).or_default() += 1);
        counts
    };
    Ok(Inspection {
        size: fs::metadata(path).map_or(0, |file| file.len()),
        name: set.filter(|_| scan.problems.is_empty()).and_then(|set| known::name(set, mnist)),
        labels: set.and_then(|set| set.labels()).map(count),
        brightest: set.and_then(|set| set.images().flatten().copied().max()).unwrap_or_default(),
        in_official_test: set.zip(mnist).map_or(0, |(set, mnist)| mnist.shared(set).test),
        scan,
    })
}

/// Every file in a folder and those below that could hold images, by name.
///
/// # Errors
/// A folder cannot be read.
pub fn find(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.sort_unstable();
    let mut files = Vec::new();
    for path in paths {
        let name =
            path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        if path.is_dir() {
            files.extend(find(&path)?);
        } else if !name.starts_with('.')
            && [".csv", ".csv.gz", ".zip"].iter().any(|end| name.ends_with(end))
        {
            files.push(path);
        }
    }
    Ok(files)
}
