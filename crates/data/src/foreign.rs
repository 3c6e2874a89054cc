//! Recognizes what is no table of images by its first bytes, and says what to do.

use std::io;

/// The first bytes of a kind of file, its name, and the advice.
const KINDS: [(&[u8], &str, &str); 14] = [
    (
        b"version https://git-lfs.github.com",
        "a Git LFS pointer, not the file itself",
        "run `git lfs pull` in its repository",
    ),
    (b"MATLAB 5.0", "a MATLAB file", "write its arrays as a CSV: writematrix([y X], 'digits.csv')"),
    (b"\x89HDF", "an HDF5 file", "write its arrays as .npz: numpy.savez('digits.npz', x_train=…)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save its sheet as CSV"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it, and name one of its files"),
    (b"Rar!", "a RAR archive", "unpack it, and name one of its files"),
    (b"%PDF", "a PDF", "name the file of the data"),
    (b"SQLite format 3", "an SQLite database", "write its table as a CSV"),
    (b"{\rtf", "a rich text", "save it as plain text"),
    (b"\x1f\x8b", "packed twice", "unpack it once"),
    (b"BZh", "packed by bzip2", "unpack it with bunzip2, or pack it as .gz"),
    (b"\xfd7zXZ", "packed twice", "unpack it once"),
    (b"\x80\x04\x95", PICKLE, PICKLE_ADVICE),
    (b"\x80\x03", PICKLE, PICKLE_ADVICE),
];
const PICKLE: &str = "a Python pickle, which could run any program";
const PICKLE_ADVICE: &str = "write its arrays as .npz: numpy.savez('digits.npz', x_train=…)";

/// The place of the magic number in the blocks of a tar archive.
const TAR: std::ops::Range<usize> = 257..262;

/// Refuses content that begins like no table of images.
///
/// # Errors
/// The content is recognized: the error names it, and says what to do.
pub(crate) fn refuse(head: &[u8]) -> io::Result<()> {
    let refuse = |what: &str, advice: &str| {
        Err(io::Error::other(format!("this is {what}; expected a table of images: {advice}")))
    };
    if let Some((_, what, advice)) = KINDS.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return refuse(what, advice);
    }
    if head.get(TAR) == Some(b"ustar") {
        return refuse("a tar archive", "unpack it, and name one of its files");
    }
    if head.starts_with(b"PK\x03\x04") {
        return refuse("a zip in another packing", "unpack it once");
    }
    let start = head.trim_ascii_start();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let start: Vec<u8> = start.iter().take(14).map(u8::to_ascii_lowercase).collect();
    if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") {
        let advice = "fetch it again with a browser in which you are signed in";
        return refuse("a web page: the download needed a login, or its address is wrong", advice);
    }
    if start.starts_with(b"<?xml") {
        return refuse("an XML file", "write its table as a CSV");
    }
    if start.starts_with(b"{\"") || start.starts_with(b"[{") {
        return refuse("a JSON file", "write its table as a CSV");
    }
    Ok(())
}
