//! Opens a plain or packed file as text.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;
use host::stop;
use zip::{CompressionMethod, ZipArchive, read::ZipFile, result::ZipError};

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

/// Opens a regular file. A run reads its data again when it is resumed, and other commands read
/// theirs more than once: that is impossible with a pipe.
///
/// # Errors
/// The file cannot be opened, or is a folder, a pipe or a device.
pub(crate) fn open(path: &Path) -> io::Result<Source> {
    // The check comes first, since opening a pipe waits for its writer.
    let kind = fs::metadata(path)?;
    if kind.is_dir() {
        return Err(io::Error::other("this is a folder; expected a CSV file"));
    }
    if !kind.is_file() {
        return Err(io::Error::other(
            "this is a pipe or a device, which cannot be read again; expected a file: save the \
             data first, plain, .gz or .zip",
        ));
    }
    File::open(path).map(Source)
}

/// An open file. Reading fails as soon as this process shall stop.
#[derive(Debug)]
pub(crate) struct Source(File);

impl Read for Source {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        stop::check()?;
        self.0.read(bytes)
    }
}

impl Seek for Source {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.0.seek(place)
    }
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
    let mut file = open(path)?;
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
            let mut archive = ZipArchive::new(packed).map_err(plain)?;
            let index = only_file(&mut archive)?;
            refuse_unreadable(&archive.by_index_raw(index)?)?;
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

/// Refuses a file in a zip whose packing cannot be read.
///
/// # Errors
/// The file is encrypted, or packed by another method than Deflate.
pub fn refuse_unreadable<R: Read>(entry: &ZipFile<'_, R>) -> io::Result<()> {
    let method = match entry.compression() {
        CompressionMethod::STORE | CompressionMethod::DEFLATE if !entry.encrypted() => {
            return Ok(());
        }
        _ if entry.encrypted() => "with a password",
        CompressionMethod::DEFLATE64 => "by Deflate64",
        CompressionMethod::BZIP2 => "by bzip2",
        CompressionMethod::LZMA => "by LZMA",
        CompressionMethod::ZSTD => "by Zstandard",
        CompressionMethod::XZ => "by XZ",
        CompressionMethod::PPMD => "by PPMd",
        _ => "by a rare method",
    };
    Err(io::Error::other(format!(
        "the file in the zip is packed {method}; expected Deflate: unpack it, and name the file, \
         or pack it again, as .gz for example"
    )))
}

/// The error of the system behind one of the zip, if there is one.
fn plain(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => other.into(),
    }
}
