//! Unpacks a download into its folder.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read, Seek},
    path::{Component, Path},
};

use data::source::refuse_unreadable;
use host::FileError;
use zip::{ZipArchive, result::ZipError};

use super::{error::DownloadError, folder::Folder};

/// The largest unpacked size in bytes. A larger archive is refused before it fills the disk.
const MOST_BYTES: u64 = 2 << 30;

/// Writes the files of a download, which is a zip or the file itself, and returns their paths in
/// the folder.
pub(super) fn unpack(folder: &Folder, download: &mut File) -> Result<Vec<String>, DownloadError> {
    if starts_with(folder, download, b"PK\x03\x04")? {
        return unzip(folder, download);
    }
    let name = folder.file().ok_or_else(|| folder.bad("expected a zip of its files"))?;
    if starts_with(folder, download, b"<")? {
        return Err(folder.bad("a web page came instead of the file"));
    }
    folder.write(name, download)?;
    Ok(vec![name.to_owned()])
}

/// Whether a file starts with these bytes. The file is rewound.
fn starts_with(folder: &Folder, file: &mut File, bytes: &[u8]) -> Result<bool, FileError> {
    let mut read = || {
        let mut first = Vec::new();
        file.rewind()?;
        file.by_ref().take(bytes.len() as u64).read_to_end(&mut first)?;
        file.rewind()?;
        Ok(first == bytes)
    };
    read().map_err(FileError::at(folder.path()))
}

/// Unpacks the requested file of a zip, or else every CSV in it, with the folders of the zip.
/// Returns the paths of the files.
fn unzip(folder: &Folder, download: &File) -> Result<Vec<String>, DownloadError> {
    let bad = |error: ZipError| folder.bad(format!("the zip is damaged ({error})"));
    let mut zip = ZipArchive::new(BufReader::new(download)).map_err(bad)?;
    let (mut wanted, mut bytes) = (BTreeMap::new(), 0);
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(bad)?;
        let Some(path) = entry.enclosed_name().as_deref().and_then(plain) else { continue };
        let name = match folder.file() {
            Some(file) if path.rsplit('/').next() == Some(file) => file.to_owned(),
            None if is_csv(&path) => path,
            _ => continue,
        };
        if entry.is_dir() {
            continue;
        }
        bytes += entry.size();
        if bytes > MOST_BYTES {
            return Err(folder.bad(format!(
                "the zip unpacks to more than {MOST_BYTES} bytes, too many for a data set of digits"
            )));
        }
        if wanted.insert(name.clone(), index).is_some() {
            return Err(folder.bad(format!("the zip holds {name} more than once")));
        }
    }
    if wanted.is_empty() {
        let wanted = folder.file().unwrap_or("a CSV file");
        return Err(folder.bad(format!("the zip does not hold {wanted}")));
    }
    wanted.keys().try_for_each(|name| folder.refuse_foreign(name))?;
    for (name, index) in &wanted {
        let packed = zip.by_index_raw(*index).map_err(bad)?;
        refuse_unreadable(&packed).map_err(|reason| folder.bad(reason.to_string()))?;
        drop(packed);
        let entry = zip.by_index(*index).map_err(bad)?;
        // The limit also holds for a zip with wrong sizes in its header.
        let size = entry.size();
        folder.write(name, &mut entry.take(size))?;
    }
    Ok(wanted.into_keys().collect())
}

/// The path with slashes; none for files that macOS adds, and for names that cannot be shown.
fn plain(path: &Path) -> Option<String> {
    let parts = path.components().map(|part| match part {
        Component::Normal(part) => part.to_str().filter(|part| !part.starts_with('.')),
        _ => None,
    });
    let parts = parts.collect::<Option<Vec<_>>>()?;
    let is_plain = parts.first() != Some(&"__MACOSX")
        && !parts.iter().any(|part| part.contains(char::is_control));
    is_plain.then(|| parts.join("/"))
}

fn is_csv(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}
