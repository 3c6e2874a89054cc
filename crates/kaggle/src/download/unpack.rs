//! Unpacks a zip into its folder.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read},
    path::{Component, Path},
};

use zip::{ZipArchive, result::ZipError};

use super::{Failure, folder::Folder};

/// No set of digits is larger; an archive that unpacks to more is refused before it fills the disk.
const MOST_BYTES: u64 = 2 << 30;

/// Of a zip the file that was asked for, or else every CSV in it, in the folders in which the zip
/// has them. Gives the files' paths.
pub(super) fn unzip(folder: &Folder, whole: &Path) -> Result<Vec<String>, Failure> {
    let bad = |error: ZipError| folder.bad(format!("the zip is damaged ({error})"));
    let file = File::open(whole).map_err(|reason| Failure::disk(whole, reason))?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(bad)?;
    let (mut wanted, mut bytes) = (BTreeMap::new(), 0);
    for index in 0..zip.len() {
        let entry = zip.by_index(index).map_err(bad)?;
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
                "the zip unpacks to more than {MOST_BYTES} bytes; no set of digits does"
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
    for (name, index) in &wanted {
        let entry = zip.by_index(*index).map_err(bad)?;
        // A zip that lies about its sizes gets no more than it said.
        let size = entry.size();
        folder.write(name, &mut entry.take(size))?;
    }
    Ok(wanted.into_keys().collect())
}

/// The path with slashes, unless it is one that an archiver adds for itself, or none that can be
/// shown.
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
