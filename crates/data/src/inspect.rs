//! Says everything about a file that could hold digits: whether it is sound, which set it is, and what it shares with MNIST.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    CLASSES, ReadError, Scan,
    known::{self, Mnist},
    scan,
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
    /// How many rows have each label; none in a file without labels.
    pub classes: Option<[usize; CLASSES]>,
    /// How many of its images are also in the official test set: a test there would flatter what is trained on them.
    pub in_official_test: usize,
}

/// Inspects a file, compares it with MNIST where that is at hand, and finds so many problems at most.
///
/// # Errors
/// The file cannot be opened.
pub fn inspect(path: &Path, mnist: Option<&Mnist>, most_problems: usize) -> Result<Inspection, ReadError> {
    let scan = scan(path, most_problems)?;
    let count = |labels: &[u8]| {
        let mut classes = [0; CLASSES];
        labels.iter().for_each(|label| classes[usize::from(*label)] += 1);
        classes
    };
    Ok(Inspection {
        size: fs::metadata(path).map_or(0, |file| file.len()),
        name: known::name(&scan.table, mnist).filter(|_| scan.problems.is_empty()),
        classes: scan.table.labels().map(count),
        in_official_test: mnist.map_or(0, |mnist| mnist.shared(&scan.table).test),
        scan,
    })
}

/// Every file in a folder and those below that could hold digits, by name.
///
/// # Errors
/// A folder cannot be read.
pub fn find(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.sort_unstable();
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        if path.is_dir() {
            files.extend(find(&path)?);
        } else if !name.starts_with('.') && [".csv", ".csv.gz", ".zip"].iter().any(|end| name.ends_with(end)) {
            files.push(path);
        }
    }
    Ok(files)
}
