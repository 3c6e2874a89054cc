//! Files as a `.zip`.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    io::{Cursor, Write},
    path::Path,
};

use zip::{CompressionMethod, ZipWriter, result::ZipResult, write::SimpleFileOptions};

/// Files by their paths in the archive.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A path within a folder, as archives have it.
pub fn name(path: &Path, folder: &Path) -> String {
    let parts = path.strip_prefix(folder).unwrap_or(path).iter().map(OsStr::to_string_lossy);
    parts.collect::<Vec<_>>().join("/")
}

/// The bytes of the archive. The same files give the same bytes, since no times are kept.
///
/// # Errors
/// More files or bytes than the format can hold.
pub fn pack(files: &Files) -> ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let permissions = if content.starts_with(b"#!") { 0o755 } else { 0o644 };
        zip.start_file(name, options.unix_permissions(permissions))?;
        zip.write_all(content)?;
    }
    Ok(zip.finish()?.into_inner())
}
