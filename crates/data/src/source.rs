//! Opens a plain or packed file.

use std::{
    fmt,
    fs::{self, File},
    io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;
use host::stop;
use lzma_rust2::XzReader;
use ruzstd::decoding::StreamingDecoder;
use zip::{CompressionMethod, ZipArchive, read::ZipFile, result::ZipError};

use crate::{
    foreign,
    memory::DICTIONARY,
    shown::{printable, shortened},
};

/// The largest number of shown characters of a file name in a zip.
const NAME: usize = 60;
const BUFFER: usize = 1 << 17;
/// What the decoder of XZ takes beside its dictionary, in KiB.
const DECODER: u32 = 1024;

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
    /// The same, packed by LZMA.
    ZipLzma,
    /// XZ.
    Xz,
    /// Zstandard.
    Zstd,
}

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "none",
            Self::Gzip => "gzip",
            Self::Zip => "zip",
            Self::ZipLzma => "zip, by LZMA",
            Self::Xz => "XZ",
            Self::Zstd => "Zstandard",
        })
    }
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

/// Opens a file, and passes its unpacked bytes to `read`. Its first bytes, not its name, determine
/// the packing.
///
/// # Errors
/// The file cannot be opened, it is a zip that does not hold exactly one table, or its content is
/// recognized as no data.
pub fn with_content<T>(
    path: &Path,
    read: impl FnOnce(&mut dyn BufRead, Packing) -> T,
) -> io::Result<T> {
    let mut file = open(path)?;
    let mut magic = Vec::new();
    (&mut file).take(6).read_to_end(&mut magic)?;
    file.rewind()?;

    let mut packed = BufReader::with_capacity(BUFFER, file);
    match magic[..] {
        [0x1f, 0x8b, ..] => unpacked(MultiGzDecoder::new(packed), Packing::Gzip, read),
        [0xfd, b'7', b'z', b'X', b'Z', 0] => {
            let most = DICTIONARY as u32 / 1024 + DECODER;
            unpacked(XzReader::new_mem_limit(packed, true, most), Packing::Xz, read)
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let decoder = StreamingDecoder::new(packed).map_err(io::Error::other)?;
            unpacked(decoder, Packing::Zstd, read)
        }
        // The second one is that of an empty zip.
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => {
            let mut archive = ZipArchive::new(packed).map_err(plain)?;
            let index = only_table(&mut archive)?;
            let packing = packing_in_zip(archive.by_index_raw(index)?)?;
            unpacked(archive.by_index(index)?, packing, read)
        }
        _ => {
            foreign::refuse(packed.fill_buf()?)?;
            Ok(read(&mut packed, Packing::Plain))
        }
    }
}

/// A decoder that is not read again after an error: it could hang, or go on with other bytes.
struct Fused<R> {
    decoder: R,
    error: Option<(ErrorKind, String)>,
}

impl<R: Read> Read for Fused<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if let Some((kind, text)) = &self.error {
            stop::check()?;
            return Err(io::Error::new(*kind, text.clone()));
        }
        let read = self.decoder.read(bytes);
        if let Err(error) = &read
            && error.kind() != ErrorKind::Interrupted
        {
            self.error = Some((error.kind(), error.to_string()));
        }
        read
    }
}

fn unpacked<T>(
    decoder: impl Read,
    packing: Packing,
    read: impl FnOnce(&mut dyn BufRead, Packing) -> T,
) -> io::Result<T> {
    let mut content = BufReader::with_capacity(BUFFER, Fused { decoder, error: None });
    match content.fill_buf() {
        Ok(head) => foreign::refuse(head)?,
        Err(error) if error.kind() == ErrorKind::OutOfMemory => return Err(error),
        // What breaks off here breaks off again where it is read, with its place.
        Err(_) => {}
    }
    Ok(read(&mut content, packing))
}

/// The only table in an archive. Folders, hidden files and texts about the data are passed over.
fn only_table<R: Read + Seek>(archive: &mut ZipArchive<R>) -> io::Result<usize> {
    let (mut tables, mut others) = (Vec::new(), Vec::new());
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index)?;
        let name = entry.name()?.into_owned();
        let shown = printable(&shortened(&name, NAME));
        let file = name.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
        let is_hidden = name.starts_with("__MACOSX/") || file.starts_with('.');
        if entry.is_dir() || is_hidden {
            continue;
        }
        let is_about = file.starts_with("readme")
            || file.starts_with("license")
            || [".md", ".pdf", ".html", ".json", ".docx"].iter().any(|end| file.ends_with(end));
        if is_about { others.push((index, shown)) } else { tables.push((index, shown)) }
    }
    let files = if tables.is_empty() { others } else { tables };
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
/// The file is encrypted, or packed by a rare method.
pub fn refuse_unreadable<R: Read>(entry: &ZipFile<'_, R>) -> io::Result<()> {
    let method = match entry.compression() {
        _ if entry.encrypted() => "with a password",
        CompressionMethod::STORE | CompressionMethod::DEFLATE | CompressionMethod::LZMA => {
            return Ok(());
        }
        CompressionMethod::XZ => "by XZ",
        CompressionMethod::BZIP2 => "by bzip2",
        CompressionMethod::DEFLATE64 => "by Deflate64",
        CompressionMethod::ZSTD => "by Zstandard",
        CompressionMethod::PPMD => "by PPMd",
        _ => "by a rare method",
    };
    Err(io::Error::other(format!(
        "the file in the zip is packed {method}; expected Deflate: unpack it, and name the file, \
         or pack it again, as .gz for example"
    )))
}

/// The packing of a file in a zip, from its packed bytes.
///
/// # Errors
/// The file cannot be read, or only with more memory than `xz -9` takes.
pub(crate) fn packing_in_zip<R: Read>(mut packed: ZipFile<'_, R>) -> io::Result<Packing> {
    refuse_unreadable(&packed)?;
    if packed.compression() != CompressionMethod::LZMA {
        return Ok(Packing::Zip);
    }
    // APPNOTE.TXT, 5.8.8: version, length of the properties, and the properties, which end with
    // the size of the dictionary.
    let mut header = [0; 9];
    packed.read_exact(&mut header)?;
    let [.., a, b, c, d] = header;
    let dictionary = u32::from_le_bytes([a, b, c, d]) as usize;
    if dictionary > DICTIONARY {
        return Err(io::Error::other(format!(
            "the file in the zip is packed by LZMA with a dictionary of {dictionary} bytes; \
             expected at most {DICTIONARY}: unpack it, and name the file"
        )));
    }
    Ok(Packing::ZipLzma)
}

/// The error of the system behind one of the zip, if there is one.
pub(crate) fn plain(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => other.into(),
    }
}
