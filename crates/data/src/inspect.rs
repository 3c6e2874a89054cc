//! Inspects a file of images: its errors, the name of its data set, and the images that it shares
//! with MNIST.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    ReadError, ReadOptions, Scan,
    known::{self, Mnist},
};

/// The properties of a file.
#[derive(Debug)]
pub struct Inspection {
    /// The content and the errors.
    pub scan: Scan,
    /// The size of the file on disk, in bytes.
    pub size: u64,
    /// The name of the data set, if it is known and the file has no error.
    pub name: Option<&'static str>,
    /// The largest pixel value.
    pub brightest: u8,
    /// The number of images that are also in the official test set. A network trained on them would
    /// get too high an accuracy there.
    pub in_official_test: usize,
}

/// Inspects a file, and compares it with MNIST if that is available. `cache` has imported images.
///
/// # Errors
/// The file cannot be opened.
pub fn inspect(
    path: &Path,
    options: &ReadOptions,
    mnist: Option<&Mnist>,
    cache: &Path,
) -> Result<Inspection, ReadError> {
    let scan = options.scan_imported(path, cache)?;
    let set = scan.set.as_ref();
    Ok(Inspection {
        size: if path.is_dir() {
            scan.bytes
        } else {
            fs::metadata(path).map_or(0, |file| file.len())
        },
        name: set.filter(|_| scan.problems.is_empty()).and_then(|set| known::name(set, mnist)),
        brightest: set.and_then(|set| set.images().flatten().copied().max()).unwrap_or_default(),
        in_official_test: set.zip(mnist).map_or(0, |(set, mnist)| mnist.shared(set).test),
        scan,
    })
}

/// All files in a folder and its subfolders that may hold images, by name. A folder to which
/// several links lead counts once.
///
/// # Errors
/// A folder cannot be read.
pub fn find(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut files, mut visited) = (Vec::new(), HashSet::new());
    find_new(folder, &mut visited, &mut files)?;
    Ok(files)
}

fn find_new(
    folder: &Path,
    visited: &mut HashSet<PathBuf>,
    files: &mut Vec<PathBuf>,
) -> io::Result<()> {
    if !visited.insert(fs::canonicalize(folder)?) {
        return Ok(());
    }
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.sort_unstable();
    for path in paths {
        let name =
            path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        if path.is_dir() {
            find_new(&path, visited, files)?;
        } else if !name.starts_with('.')
            && [".csv", ".csv.gz", ".zip"].iter().any(|end| name.ends_with(end))
        {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_is_found_once_though_links_lead_around() {
        let folder = tempfile::tempdir().unwrap();
        let sub = folder.path().join("sub");
        fs::create_dir(&sub).unwrap();
        fs::write(sub.join("a.csv"), "").unwrap();
        symlink(folder.path(), sub.join("loop")).unwrap();
        symlink(&sub, folder.path().join("twice")).unwrap();
        assert_eq!(find(folder.path()).unwrap(), [sub.join("a.csv")]);
    }
}
