//! Opens a plain or packed file as text.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;
use zip::ZipArchive;

use crate::shown::{printable, shortened};

/// The largest number of shown characters of a file name in a zip.
const NAME: usize = 60;
const BUFFER: usize = 1 << 17;

/// The packing of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Packing {
    /// No packing.
    #[default]
    Plain,
    /// Gzip.
    Gzip,
    /// A zip with one file in it.
    Zip,
}

/// Opens a file, and passes its unpacked bytes to `read`. Its first bytes, not its name,
/// determine the packing.
///
/// # Errors
/// The file cannot be opened, or it is a zip that does not hold exactly one file.
pub fn with_text<T>(
    path: &Path,
    read: impl FnOnce(&mut dyn BufRead, Packing) -> T,
) -> io::Result<T> {
    if path.is_dir() {
        return Err(io::Error::other("this is a folder; expected a CSV file"));
    }
    let mut file = File::open(path)?;
    let mut magic = Vec::new();
    (&mut file).take(4).read_to_end(&mut magic)?;
    file.rewind()?;

    let mut packed = BufReader::with_capacity(BUFFER, file);
    Ok(match magic[..] {
        [0x1f, 0x8b, ..] => {
            read(&mut BufReader::with_capacity(BUFFER, MultiGzDecoder::new(packed)), Packing::Gzip)
        }
        // The second one is that of an empty zip.
        [b'P', b'K', 3, 4] | [b'P', b'K', 5, 6] => {
            let mut archive = ZipArchive::new(packed)?;
            let index = only_file(&mut archive)?;
            let entry = archive.by_index(index)?;
            read(&mut BufReader::with_capacity(BUFFER, entry), Packing::Zip)
        }
        _ => read(&mut packed, Packing::Plain),
    })
}

/// The only file of an archive, apart from folders and the `__MACOSX` twin that macOS adds.
fn only_file<R: Read + Seek>(archive: &mut ZipArchive<R>) -> io::Result<usize> {
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index)?;
        let name = entry.name()?;
        if !entry.is_dir() && !name.starts_with("__MACOSX/") {
            files.push((index, printable(&shortened(&name, NAME))));
        }
    }
    match &files[..] {
        [(index, _)] => Ok(*index),
        [] => Err(io::Error::other("the zip holds no file; expected one CSV")),
        [(_, first), (_, second), ..] => Err(io::Error::other(format!(
            "the zip holds {} files ({first}, {second}{}); expected one CSV: unpack it, and name \
             one of its files",
            files.len(),
            if files.len() > 2 { ", …" } else { "" },
        ))),
    }
}
