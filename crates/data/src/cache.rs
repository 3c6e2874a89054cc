//! Keeps what was read from a CSV, so that an analysis of a hundred runs parses its data once.
//!
//! A cached file is found by the path, the size and the time of change of its source. It is never trusted to be whole:
//! one that is not is read anew from the source.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    time::UNIX_EPOCH,
};

use sha2::{Digest, Sha256};

use crate::{PIXELS, ReadError, Table, csv};

/// The first bytes of a cached file; another format has another number.
const MAGIC: &[u8] = b"digits 1\n";
const CHECKSUM: usize = 64;
/// How many files are kept. MNIST takes 47 MB for training and 8 MB for testing; a run reads one of each.
const KEPT: usize = 8;

/// Reads a CSV as [`read`](crate::read) does, from `cache` if it has been read before, and keeps it there otherwise.
/// Of several processes that read the same file at once, one parses it and the others wait for that.
///
/// # Errors
/// As [`read`](crate::read). A cache that cannot be written to is no error, only slower.
pub fn read_cached(path: impl AsRef<Path>, cache: &Path) -> Result<Table, ReadError> {
    let path = path.as_ref();
    let Ok(kept) = place(path, cache) else { return csv::read(path) };
    let _lock = File::create(kept.with_extension("lock")).and_then(|file| file.lock().map(|()| file));
    if let Some(table) = fs::read(&kept).ok().and_then(|bytes| decode(path, &bytes)) {
        return Ok(table);
    }
    let table = csv::read(path)?;
    // Not being able to keep it costs time, nothing else.
    let _ = keep(&table, &kept).and_then(|()| prune(cache));
    Ok(table)
}

fn place(path: &Path, cache: &Path) -> io::Result<PathBuf> {
    let source = fs::metadata(path)?;
    let changed = source.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let key = format!("{:?} {} {}", fs::canonicalize(path)?, source.len(), changed.as_nanos());
    fs::create_dir_all(cache)?;
    Ok(cache.join(hex::encode(&Sha256::digest(key)[..12])))
}

fn keep(table: &Table, kept: &Path) -> io::Result<()> {
    let beside = kept.with_extension(process::id().to_string());
    let mut file = File::create(&beside)?;
    let labels = table.labels().unwrap_or_default();
    let written = [MAGIC, table.sha256().as_bytes(), &(labels.len() as u64).to_le_bytes(), labels, table.pixels()]
        .into_iter()
        .try_for_each(|part| file.write_all(part))
        .and_then(|()| fs::rename(&beside, kept));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Removes what was kept longest ago, and with it what a process that was killed left half written.
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
        // Whoever waits for it reads the source once more.
        fs::remove_file(path.with_extension("lock"))?;
    }
    Ok(())
}

/// The table in these bytes; none if they are not whole.
fn decode(path: &Path, bytes: &[u8]) -> Option<Table> {
    let (sha256, rest) = bytes.strip_prefix(MAGIC)?.split_at_checked(CHECKSUM)?;
    let (labels, rest) = rest.split_first_chunk::<8>()?;
    let count = usize::try_from(u64::from_le_bytes(*labels)).ok()?;
    let (labels, pixels) = rest.split_at_checked(count)?;
    let whole =
        if count == 0 { pixels.len().is_multiple_of(PIXELS) } else { count.checked_mul(PIXELS) == Some(pixels.len()) };
    let sound = whole && !pixels.is_empty() && labels.iter().all(|label| usize::from(*label) < crate::CLASSES);
    let labels = (count > 0).then(|| labels.to_vec());
    sound.then(|| Table::from_parts(path, pixels.to_vec(), labels, String::from_utf8_lossy(sha256).into_owned()))
}
