//! The cache of parsed images, so that an analysis of a hundred runs parses its data once.
//!
//! The name of a cached file is a hash of the bytes of its source and of the read options. Sizes
//! and times do not tell whether a source has changed: programs set them, and file systems round
//! them. A cached file has a checksum; a damaged one is ignored, and its source parsed again.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, Write},
    path::Path,
};

use host::{FileError, Lock, file::replace};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3Default;

use crate::{
    Form, Ids, ImageSet, ImageSize, Labels, ReadError, ReadOptions, arrays::npz, raw::RawImages,
    read, set::Scale, source,
};

/// The first bytes of a cached file, with the version of the format.
const MAGIC: &[u8; 9] = b"images 7\n";
/// The number of cached files. MNIST takes 47 MB for training and 8 MB for testing; a run reads one
/// of each.
const KEPT: usize = 8;
/// The number of bytes that are hashed at a time.
const BLOCK: usize = 1 << 17;

impl ReadOptions {
    /// Reads a CSV like [`read`](Self::read), from `cache` if a run has read the same bytes before;
    /// otherwise, adds it to the cache. If several processes read the same file at once, one parses
    /// it, and the others wait.
    ///
    /// # Errors
    /// See [`read`](Self::read). An unwritable cache is no error, only slower.
    pub fn read_cached(&self, path: impl AsRef<Path>, cache: &Path) -> Result<ImageSet, ReadError> {
        read_or_keep(self, path.as_ref(), cache)
    }
}

/// Whether the images of a path are kept.
pub(crate) fn is_kept(options: &ReadOptions, path: &Path, cache: &Path) -> bool {
    let file = name(options, path).and_then(|name| File::open(cache.join(name)));
    file.ok().and_then(|file| decode(options, path, file)).is_some()
}

/// Keeps the images of a path.
///
/// # Errors
/// The path cannot be read, or the disk is full.
pub(crate) fn keep_imported(
    options: &ReadOptions,
    path: &Path,
    set: &ImageSet,
    cache: &Path,
) -> Result<(), FileError> {
    let name = name(options, path).map_err(FileError::at(path))?;
    fs::create_dir_all(cache).map_err(FileError::at(cache))?;
    keep(set, &cache.join(name))?;
    prune(cache).map_err(FileError::at(cache))
}

fn read_or_keep(options: &ReadOptions, path: &Path, cache: &Path) -> Result<ImageSet, ReadError> {
    let Ok(name) = name(options, path) else { return options.read(path) };
    let kept = cache.join(&name);
    // Without the lock, each process parses the file for itself.
    let _lock = Lock::wait(&kept.with_extension("lock")).ok();
    if let Some(set) = File::open(&kept).ok().and_then(|file| decode(options, path, file)) {
        return Ok(set);
    }
    let set = options.read(path)?;
    // A source that another program is just writing gets no name.
    if self::name(options, path).is_ok_and(|now| now == name) {
        // Without the cached file, the next run only takes longer.
        let _ = keep(&set, &kept).is_ok_and(|()| prune(cache).is_ok());
    }
    Ok(set)
}

/// The name of the cached file: a hash of the options, and of all bytes of the source and of the
/// files that the options name.
fn name(options: &ReadOptions, path: &Path) -> io::Result<String> {
    let (mut hash, mut block) = (Xxh3Default::new(), vec![0; BLOCK]);
    hash.update(format!("{options:?}").as_bytes());
    if let Some((_, array)) = npz::split(path) {
        hash.update(array.as_encoded_bytes());
    }
    for file in read::files(options, path) {
        let mut source = source::open(&file)?;
        loop {
            match source.read(&mut block)? {
                0 => break,
                count => hash.update(&block[..count]),
            }
        }
    }
    Ok(format!("{:032x}", hash.digest128()))
}

/// What a cached file says of its images, as JSON.
#[derive(Serialize, Deserialize)]
struct About {
    size: ImageSize,
    labels: Option<(Vec<String>, Vec<usize>)>,
    ids: Option<Ids>,
    scale: Scale,
    form: Form,
    sha256: String,
    memory: usize,
}

/// Writes the images: [`MAGIC`], a checksum of everything after it, what is to be said of them, the
/// index of the label of each row, and the pixels.
fn keep(set: &ImageSet, kept: &Path) -> Result<(), FileError> {
    let labels = set.labels.as_ref();
    let about = About {
        size: set.size,
        labels: labels.map(|labels| (labels.names().to_vec(), labels.lines().to_vec())),
        ids: set.ids.clone(),
        scale: set.scale,
        form: set.form.clone(),
        sha256: set.sha256.clone(),
        memory: set.memory,
    };
    let about = serde_json::to_vec(&about).map_err(|error| FileError::refused(kept, error))?;
    let of_rows: Vec<u8> = labels
        .map_or(&[][..], Labels::of_rows)
        .iter()
        .flat_map(|label| label.to_le_bytes())
        .collect();
    let lengths = [about.len(), of_rows.len()].map(|length| (length as u64).to_le_bytes());
    let parts =
        || [lengths.as_flattened(), &about, &of_rows].into_iter().chain(set.images.blocks());
    let mut hash = Xxh3Default::new();
    parts().for_each(|part| hash.update(part));
    let checksum = hash.digest128().to_le_bytes();
    replace(kept, |file| {
        [&MAGIC[..], &checksum].into_iter().chain(parts()).try_for_each(|part| file.write_all(part))
    })
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
fn decode(options: &ReadOptions, path: &Path, mut file: File) -> Option<ImageSet> {
    let (mut magic, mut expected, mut lengths) = ([0; MAGIC.len()], [0; 16], [[0; 8]; 2]);
    for part in [&mut magic[..], &mut expected, lengths.as_flattened_mut()] {
        file.read_exact(part).ok()?;
    }
    let mut hash = Xxh3Default::new();
    hash.update(lengths.as_flattened());
    let [about, of_rows] = lengths.map(u64::from_le_bytes);
    let about = read_hashed(&mut file, about, &mut hash)?;
    let of_rows = read_hashed(&mut file, of_rows, &mut hash)?;
    let pixels = read_hashed(&mut file, u64::MAX, &mut hash)?;
    if magic != *MAGIC || hash.digest128() != u128::from_le_bytes(expected) {
        return None;
    }
    let About { size, labels, ids, scale, form, sha256, memory } =
        serde_json::from_slice(&about).ok()?;
    let of_rows = of_rows.as_chunks().0.iter().map(|label| u16::from_le_bytes(*label)).collect();
    Some(ImageSet {
        path: path.to_owned(),
        size,
        pixel_max: options.pixel_max,
        images: RawImages::from_bytes(size.pixels(), pixels)?,
        labels: labels.map(|(names, lines)| Labels::from_parts(names, lines, of_rows)),
        ids,
        scale,
        form,
        sha256,
        memory,
    })
}

/// The next bytes of a cached file, at most `most`: a damaged file may give any number. Each block
/// is hashed while it is still in the processor's cache.
fn read_hashed(file: &mut File, most: u64, hash: &mut Xxh3Default) -> Option<Vec<u8>> {
    let rest = file.metadata().ok()?.len().saturating_sub(file.stream_position().ok()?);
    let count = usize::try_from(rest.min(most)).ok()?;
    let mut bytes = Vec::with_capacity(count);
    while bytes.len() < count {
        let start = bytes.len();
        let block = BLOCK.min(count - start) as u64;
        if file.take(block).read_to_end(&mut bytes).ok()? == 0 {
            return None;
        }
        hash.update(&bytes[start..]);
    }
    Some(bytes)
}
