//! Reading a file takes no more memory than is foretold, and not much less: every allocation is
//! counted. There is a single test, so that no other one allocates meanwhile.

#![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use data::{ImageSize, LabelColumn, ReadOptions};
use flate2::{Compression, write::GzEncoder};
use peak_alloc::PeakAlloc;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const PIXELS: usize = 28 * 28;
/// What readers allocate for themselves, of which the foretold number has an upper bound.
const BUFFERS: usize = 9_000_000;

/// A pixel of an image that is mostly background.
fn pixel(row: usize, place: usize) -> u8 {
    let hash = (row * PIXELS + place).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    if hash.is_multiple_of(5) { (hash >> 8) as u8 } else { 0 }
}

fn image(row: usize) -> impl Iterator<Item = u8> {
    (0..PIXELS).map(move |place| pixel(row, place))
}

/// A text with a line for each row: its label, which is no pixel, and what `line` makes of it.
fn lines(rows: usize, line: impl Fn(&mut String, usize)) -> Vec<u8> {
    let mut text = String::new();
    for row in 0..rows {
        line(&mut text, row);
        text.push('\n');
    }
    text.into_bytes()
}

fn csv(rows: usize, separator: char) -> Vec<u8> {
    lines(rows, |text, row| {
        write!(text, "{}", row % 10).unwrap();
        image(row).for_each(|pixel| write!(text, "{separator}{pixel}").unwrap());
    })
}

fn colours(rows: usize) -> Vec<u8> {
    lines(rows, |text, row| {
        write!(text, "{}", row % 10).unwrap();
        image(row).for_each(|pixel| write!(text, ",{pixel},{pixel},{pixel}").unwrap());
    })
}

/// Rows with an id of 40 bytes, and the label at the end.
fn with_ids(rows: usize) -> Vec<u8> {
    let mut text = format!("id{},label\n", ",p".repeat(PIXELS)).into_bytes();
    text.extend(lines(rows, |text, row| {
        write!(text, "{row:040}").unwrap();
        image(row).for_each(|pixel| write!(text, ",{pixel}").unwrap());
        write!(text, ",{}", row % 10).unwrap();
    }));
    text
}

fn arff(rows: usize) -> Vec<u8> {
    let mut text = b"@relation digits\n".to_vec();
    (0..PIXELS).for_each(|place| writeln!(text, "@attribute p{place} numeric").unwrap());
    text.extend(b"@attribute class {zero,one}\n@data\n");
    text.extend(lines(rows, |text, row| {
        image(row).for_each(|pixel| write!(text, "{pixel},").unwrap());
        text.push_str(["zero", "one"][row % 2]);
    }));
    text
}

fn libsvm(rows: usize) -> Vec<u8> {
    lines(rows, |text, row| {
        write!(text, "{}", row % 10).unwrap();
        let ink = (1..).zip(image(row)).filter(|(_, pixel)| *pixel > 0);
        ink.for_each(|(place, pixel)| write!(text, " {place}:{pixel}").unwrap());
    })
}

fn idx(rows: usize) -> Vec<u8> {
    let lengths = [rows as u32, 28, 28].map(u32::to_be_bytes);
    let mut bytes = [&[0, 0, 8, 3][..], lengths.as_flattened()].concat();
    (0..rows).for_each(|row| bytes.extend(image(row)));
    bytes
}

fn npy(kind: &str, is_fortran: bool, shape: &str, values: impl Iterator<Item = u8>) -> Vec<u8> {
    let order = if is_fortran { "True" } else { "False" };
    let header = format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': ({shape}), }}");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(values);
    bytes
}

fn floats(rows: usize, is_fortran: bool) -> Vec<u8> {
    let values = (0..rows).flat_map(image).flat_map(|pixel| f32::from(pixel).to_le_bytes());
    npy("<f4", is_fortran, &format!("{rows}, 28, 28"), values)
}

fn npz(rows: usize) -> Vec<u8> {
    let images = npy("|u1", false, &format!("{rows}, 28, 28"), (0..rows).flat_map(image));
    let labels = npy("|u1", false, &format!("{rows},"), (0..rows).map(|row| (row % 10) as u8));
    zipped(&[("x_train.npy", &images), ("y_train.npy", &labels)])
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in files {
        archive.start_file(*name, deflated).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn gzipped(text: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text).unwrap();
    packer.finish().unwrap()
}

/// What `read` returns, and the most bytes that were allocated meanwhile.
fn measured<T>(read: impl FnOnce() -> T) -> (T, usize) {
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let read = read();
    (read, ALLOCATED.peak_usage() - before)
}

fn assert_foretold(name: &str, rows: usize, allocated: usize, foretold: usize) {
    let told = format!("{name}, {rows} rows: {allocated} allocated, {foretold} foretold");
    assert!(allocated <= foretold, "{told}");
    assert!(foretold <= allocated + allocated / 5 + BUFFERS, "{told}");
}

/// A folder of pictures of 28x28 pixels, and one of 600x400.
fn pictures(folder: &Path, count: usize) {
    for class in ["a", "b"] {
        fs::create_dir_all(folder.join(class)).unwrap();
    }
    for row in 0..count {
        let side = if row == 0 { (600, 400) } else { (28, 28) };
        let picture = image::RgbImage::from_pixel(side.0, side.1, image::Rgb([9, 200, 9]));
        picture.save(folder.join(["a", "b"][row % 2]).join(format!("{row:05}.png"))).unwrap();
    }
}

fn file(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path
}

#[test]
fn reading_takes_the_memory_that_is_foretold() {
    let folder = tempfile::tempdir().unwrap();
    texts_and_arrays(folder.path());
    folders_of_pictures(folder.path());
    a_header_that_claims_a_gigabyte(folder.path());
}

/// The content of a file with this number of rows.
type Content = fn(usize) -> Vec<u8>;

fn texts_and_arrays(folder: &Path) {
    let forms: [(&str, Content); 12] = [
        ("plain.csv", |rows| csv(rows, ',')),
        ("semicolon.csv", |rows| csv(rows, ';')),
        ("plain.csv.gz", |rows| gzipped(&csv(rows, ','))),
        ("plain.zip", |rows| zipped(&[("a.csv", &csv(rows, ','))])),
        ("ids.csv", with_ids),
        ("colour.csv", colours),
        ("dense.arff", arff),
        ("libsvm.txt", libsvm),
        ("images-idx3-ubyte", idx),
        ("floats.npy", |rows| floats(rows, false)),
        ("fortran.npy", |rows| floats(rows, true)),
        ("keras.npz", npz),
    ];
    for (name, content) in forms {
        // Without a header, a column of these pixels could be the labels, too.
        let is_plain = ["plain", "semicolon", "colour"].iter().any(|form| name.starts_with(form));
        let label_column = is_plain.then_some(LabelColumn::First);
        let grey = name == "colour.csv";
        let options = ReadOptions { grey, label_column, ..ReadOptions::default() };
        for rows in [200, 20_000] {
            let path = file(folder, name, &content(rows));
            let (scan, allocated) = measured(|| options.scan(&path).unwrap());
            assert!(scan.problems.is_empty(), "{}", scan.problems[0]);
            assert_foretold(name, rows, allocated, scan.memory.unwrap().reading);
            fs::remove_file(path).unwrap();
        }
    }
}

fn folders_of_pictures(folder: &Path) {
    let options = ReadOptions { image: ImageSize::new(28, 28), ..ReadOptions::default() };
    for count in [20, 5_000] {
        let (path, cache) = (folder.join(count.to_string()), folder.join("cache"));
        pictures(&path, count);
        let ((), allocated) = measured(|| import::import(&path, &options, &cache).unwrap());
        let scan = options.scan_imported(&path, &cache).unwrap();
        assert_foretold("pictures", count, allocated, scan.memory.unwrap().reading);
    }
}

/// It is believed only so far.
fn a_header_that_claims_a_gigabyte(folder: &Path) {
    let sizes = [1u32 << 20, 28, 28].map(u32::to_be_bytes);
    let claim = [&[0, 0, 8, 3][..], sizes.as_flattened()];
    let path = file(folder, "claim", &claim.concat());
    let (scan, allocated) = measured(|| ReadOptions::default().scan(&path).unwrap());
    assert!(scan.set.is_none() && allocated < 80_000_000, "{allocated} allocated");
}
