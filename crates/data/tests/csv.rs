//! The reader takes every dialect, and says exactly what is wrong with anything else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use data::{PIXELS, Table, read};
use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

/// A folder for the files of a test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

/// Pixels of row `row`: different in every row and column.
fn pixels(row: usize) -> Vec<u8> {
    (0..PIXELS).map(|column| ((row * 31 + column * 7) % 256) as u8).collect()
}

fn join(fields: impl IntoIterator<Item = impl ToString>) -> String {
    fields.into_iter().map(|field| field.to_string()).collect::<Vec<_>>().join(",")
}

/// A labelled CSV of three rows with labels 5, 0, 9.
fn labelled(header: &str, end: &str) -> String {
    let rows = [5, 0, 9].iter().enumerate().map(|(row, label)| format!("{label},{}{end}", join(pixels(row))));
    let header = if header.is_empty() { String::new() } else { format!("{header}{end}") };
    header + &rows.collect::<String>()
}

fn header(first: impl ToString, name: impl Fn(usize) -> String) -> String {
    join([first.to_string()].into_iter().chain((0..PIXELS).map(name)))
}

fn kaggle() -> String {
    header("label", |pixel| format!("pixel{pixel}"))
}

fn assert_three_labelled_rows(table: &Table) {
    assert_eq!(table.rows(), 3);
    assert_eq!(table.labels(), Some(&[5, 0, 9][..]));
    assert_eq!(table.pixels(), (0..3).flat_map(pixels).collect::<Vec<_>>());
}

#[test]
fn every_labelled_dialect_gives_the_same_rows() {
    let folder = Folder::new();
    let headers = [
        kaggle(),
        header("label", |pixel| format!("{}x{}", pixel / 28 + 1, pixel % 28 + 1)),
        header("label", |pixel| format!("pixel{}", pixel + 1)),
        header("\"label\"", |pixel| format!("\"pixel{pixel}\"")),
        header("Label", |pixel| format!("{pixel}")),
        String::new(),
    ];
    for header in &headers {
        for end in ["\n", "\r\n"] {
            for mark in ["", "\u{feff}"] {
                let text = format!("{mark}{}", labelled(header, end));
                assert_three_labelled_rows(&read(folder.file("digits.csv", &text)).unwrap());
                let unended = text.trim_end();
                assert_three_labelled_rows(&read(folder.file("unended.csv", unended)).unwrap());
                let blank_at_the_end = format!("{text}{end}{end}");
                assert_three_labelled_rows(&read(folder.file("blank.csv", blank_at_the_end)).unwrap());
            }
        }
    }
}

#[test]
fn pixels_alone_are_read_but_cannot_be_trained_on() {
    let folder = Folder::new();
    for header in [String::new(), join((0..PIXELS).map(|pixel| format!("pixel{pixel}"))) + "\r\n"] {
        let path = folder.file("test.csv", format!("{header}{}\r\n{}\r\n", join(pixels(0)), join(pixels(1))));
        let table = read(&path).unwrap();
        assert_eq!((table.rows(), table.labels()), (2, None));
        let refusal = table.labelled().unwrap_err().to_string();
        assert!(refusal.contains("the file has no labels"), "{refusal}");
    }
}

#[test]
fn packed_files_are_told_by_their_content() {
    let folder = Folder::new();
    let text = labelled(&kaggle(), "\r\n");
    let plain = read(folder.file("digits.csv", &text)).unwrap();
    for path in [folder.file("digits.csv.gz", gzip(&text)), folder.file("no-ending", zip(&[("train.csv", &text)]))] {
        let packed = read(path).unwrap();
        assert_three_labelled_rows(&packed);
        assert_eq!(packed.sha256(), plain.sha256());
    }
    let with_twin = [("train.csv", text.as_str()), ("__MACOSX/._train.csv", "junk")];
    assert_three_labelled_rows(&read(folder.file("mac.zip", zip(&with_twin))).unwrap());
}

#[test]
fn malformed_files_are_refused_with_line_column_value_and_what_was_expected() {
    let good = labelled(&kaggle(), "\n");
    let swap = |from: &str, to: &str| good.replacen(from, to, 1);
    // Row 0 begins 5,0,7,14,21: its third pixel (column 4) is 14.
    let third_pixel = |value: &str| swap("5,0,7,14,", &format!("5,0,7,{value},"));
    let short_row = format!("{}\n5,1,2,3\n", kaggle());
    let cut = &good[..good.len() - 1000];
    let cases: Vec<(String, &str)> = vec![
        (String::new(), "the file is empty; expected rows of digits (label and 784 pixels)"),
        (kaggle(), "the file has a header but no rows"),
        (kaggle() + "\n\n", "the file has a header but no rows"),
        ("hello\n".into(), "line 1: 1 column; expected 785 (label and 784 pixels) or 784 (pixels alone)"),
        ("1,2,3\n".into(), "line 1: 3 columns; expected 785 (label and 784 pixels) or 784 (pixels alone)"),
        (swap("label", "id"), "line 1, column 1: \"id\"; expected the header to begin with \"label\""),
        (third_pixel("256"), "line 2, column 4: \"256\" is no pixel; expected a whole number from 0 to 255"),
        (third_pixel("-1"), "line 2, column 4: \"-1\" is no pixel; expected a whole number from 0 to 255"),
        (third_pixel("3.7"), "line 2, column 4: \"3.7\" is no pixel; expected a whole number from 0 to 255"),
        (third_pixel("abc"), "line 2, column 4: \"abc\" is no pixel; expected a whole number from 0 to 255"),
        (third_pixel(""), "line 2, column 4: \"\" is no pixel; expected a whole number from 0 to 255"),
        (
            third_pixel("a_very_long_word_indeed"),
            "line 2, column 4: \"a_very_long_word_ind…\" is no pixel; expected a whole number from 0 to 255",
        ),
        (swap("\n0,", "\n10,"), "line 3, column 1: \"10\" is no label; expected a digit from 0 to 9"),
        (swap("\n0,", "\nx,"), "line 3, column 1: \"x\" is no label; expected a digit from 0 to 9"),
        (short_row, "line 2: 4 columns; expected 785 as in the lines before"),
        (cut.into(), "line 4: 504 columns; expected 785 as in the lines before (the file ends here: is it cut short?)"),
        (swap("\n0,", "\n\n0,"), "line 3: an empty line between rows; expected 785 columns"),
        ("7".repeat(20_000), "line 1: longer than 16384 bytes; this is no CSV of digits"),
    ];
    let folder = Folder::new();
    for (content, expected) in cases {
        assert_refused(&folder.file("bad.csv", content), expected);
    }
}

#[test]
fn damaged_and_ambiguous_archives_are_refused() {
    let folder = Folder::new();
    let text = labelled(&kaggle(), "\n");
    let packed = gzip(&text);
    let path = folder.file("cut.csv.gz", &packed[..packed.len() / 2]);
    let told = read(&path).unwrap_err().to_string();
    assert!(told.contains("line ") && told.ends_with("the file was cut short: fetch it again"), "{told}");

    let two = zip(&[("a.csv", &text), ("b.csv", &text)]);
    assert_refused(
        &folder.file("two.zip", two),
        "the zip holds 2 files (a.csv, b.csv); expected one CSV: unpack it and name the one you mean",
    );
    assert_refused(&folder.file("none.zip", zip(&[])), "");
    assert_refused(folder.0.path(), "this is a folder; expected a CSV file");
    assert_refused(&folder.0.path().join("absent.csv"), "no such file; expected a CSV of digits, plain, .gz or .zip");
}

/// A gigabyte of zeros in a megabyte of gzip must not fill the memory.
#[test]
fn a_decompression_bomb_is_refused_at_its_first_line() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    io::copy(&mut io::Read::take(io::repeat(b'0'), 1 << 30), &mut bomb).unwrap();
    let folder = Folder::new();
    assert_refused(
        &folder.file("bomb.gz", bomb.finish().unwrap()),
        "line 1: longer than 16384 bytes; this is no CSV of digits",
    );
}

#[test]
fn the_digits_in_the_repository_are_the_official_ones() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data");
    let sets = [
        (
            "mnist_train.csv.gz",
            "06e64b0bf65de89c522348319ce5f63f43fb1cb40e1ce3c2ff43c1d3b8a0e14c",
            [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
        ),
        (
            "mnist_test.csv.gz",
            "c5adfcc9ce29069f8a988a6af1dcdc009bba975d2c98a52233661f79d880292b",
            [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
        ),
    ];
    for (name, sha256, counts) in sets {
        let table = read(data.join(name)).unwrap();
        assert_eq!(table.sha256(), sha256);
        assert_eq!(table.labelled().unwrap().class_counts(), counts);
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut packer = ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, text) in files {
        packer.start_file(*name, SimpleFileOptions::default()).unwrap();
        packer.write_all(text.as_bytes()).unwrap();
    }
    packer.finish().unwrap().into_inner()
}

fn assert_refused(path: &Path, expected: &str) {
    let told = read(path).unwrap_err().to_string();
    assert!(!told.contains('\n'), "{told}");
    let (file, problem) = told.split_once(": ").unwrap();
    assert_eq!(Path::new(file), path);
    assert!(problem == expected || expected.is_empty(), "{problem}\nexpected {expected}");
}
