//! The cache of parsed images, so that an analysis of a hundred runs parses its data once.
//!
//! The name of a cached file is a hash of the path, the size, the modification time and the read
//! options of its source. A damaged cached file is ignored, and its source read again.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use host::{FileError, Lock, file::replace};
use sha2::{Digest, Sha256};

use crate::{ImageSet, ImageSize, ReadError, ReadOptions, raw::RawImages};

/// The first bytes of a cached file, with the version of the format.
const MAGIC: &[u8; 9] = b"images 4\n";
const CHECKSUM: usize = 64;
/// The number of cached files. MNIST takes 47 MB for training and 8 MB for testing; a run reads one
/// of each.
const KEPT: usize = 8;

impl ReadOptions {
    /// Reads a CSV like [`read`](Self::read), from `cache` if a run has read it before; otherwise,
    /// adds it to the cache. If several processes read the same file at once, one parses it, and
    /// the others wait.
    ///
    /// # Errors
    /// See [`read`](Self::read). An unwritable cache is no error, only slower.
    pub fn read_cached(self, path: impl AsRef<Path>, cache: &Path) -> Result<ImageSet, ReadError> {
        read_or_keep(self, path.as_ref(), cache)
    }
}

fn read_or_keep(options: ReadOptions, path: &Path, cache: &Path) -> Result<ImageSet, ReadError> {
    let Ok(kept) = place(options, path, cache) else { return options.read(path) };
    // Without the lock, each process parses the file for itself.
    let _lock = Lock::wait(&kept.with_extension("lock")).ok();
    if let Some(set) = File::open(&kept).ok().and_then(|file| decode(options, path, file)) {
        return Ok(set);
    }
    let set = options.read(path)?;
    // Without the cached file, the next run only takes longer.
    let _ = keep(&set, &kept).is_ok_and(|()| prune(cache).is_ok());
    Ok(set)
}

fn place(options: ReadOptions, path: &Path, cache: &Path) -> io::Result<PathBuf> {
    let source = fs::metadata(path)?;
    let changed = source.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let key = format!(
        "{:?} {} {} {options:?}",
        fs::canonicalize(path)?,
        source.len(),
        changed.as_nanos()
    );
    fs::create_dir_all(cache)?;
    Ok(cache.join(hex::encode(&Sha256::digest(key)[..12])))
}

fn keep(set: &ImageSet, kept: &Path) -> Result<(), FileError> {
    let labels: Vec<u8> =
        set.labels().unwrap_or_default().iter().flat_map(|label| label.to_le_bytes()).collect();
    let numbers = [set.size.width(), set.size.height(), set.first_line, labels.len()];
    let numbers = numbers.map(|number| (number as u64).to_le_bytes());
    let parts =
        [&MAGIC[..], set.sha256().as_bytes(), numbers.as_flattened(), &labels, set.images.bytes()];
    replace(kept, |file| parts.into_iter().try_for_each(|part| file.write_all(part)))
}

/// Removes the oldest files.
fn prune(cache: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(cache)? {
        let entry = entry?;
        if entry.path().extension() != Some("lock".as_ref()) {
            files.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    files.sort();
    for (_, path) in files.iter().rev().skip(KEPT) {
        fs::remove_file(path)?;
        // A process that waits for this lock reads the source itself.
        fs::remove_file(path.with_extension("lock"))?;
    }
    Ok(())
}

/// The images in a cached file; none if it is damaged.
fn decode(options: ReadOptions, path: &Path, mut file: impl Read) -> Option<ImageSet> {
    let (mut magic, mut sha256, mut numbers) = ([0; MAGIC.len()], [0; CHECKSUM], [[0; 8]; 4]);
    for part in [&mut magic[..], &mut sha256, numbers.as_flattened_mut()] {
        file.read_exact(part).ok()?;
    }
    let [width, height, first_line, labels] = numbers.map(u64::from_le_bytes);
    let size = ImageSize::new(usize::try_from(width).ok()?, usize::try_from(height).ok()?)?;
    let (mut label_bytes, mut pixels) = (Vec::new(), Vec::new());
    // No allocation up front: a damaged file may give any size.
    (&mut file).take(labels).read_to_end(&mut label_bytes).ok()?;
    file.read_to_end(&mut pixels).ok()?;
    let labels: Vec<u16> =
        label_bytes.as_chunks().0.iter().map(|label| u16::from_le_bytes(*label)).collect();
    let images = RawImages::from_bytes(size.pixels(), pixels)?;
    let is_whole = labels.is_empty() || labels.len() == images.len();
    let first_line = usize::try_from(first_line).ok().filter(|_| magic == *MAGIC)?;
    (is_whole && images.len() > 0).then(|| ImageSet {
        path: path.to_owned(),
        size,
        pixel_max: options.pixel_max,
        images,
        labels: (!labels.is_empty()).then_some(labels),
        first_line,
        sha256: String::from_utf8_lossy(&sha256).into_owned(),
    })
}
