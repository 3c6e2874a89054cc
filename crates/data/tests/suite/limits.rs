//! A small file cannot take any amount of memory: what would is refused in a line.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use data::ReadOptions;
use flate2::{Compression, Crc, write::GzEncoder};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/data_forms").join(name)
}

/// The reason why a file with this content is refused.
fn refused(content: &[u8], options: &ReadOptions) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(&file, content).unwrap();
    let told = options.read(file.path()).unwrap_err().to_string();
    assert_eq!(told.lines().count(), 1, "{told}");
    told
}

#[test]
fn a_packing_with_a_dictionary_of_gigabytes_is_refused() {
    let mut xz = fs::read(fixture("plain.csv.xz")).unwrap();
    // The header of the first block: its length, flags, the filter, the dictionary, a checksum.
    let end = 12 + (usize::from(xz[12]) + 1) * 4 - 4;
    assert_eq!(xz[14..16], [0x21, 1]);
    xz[16] = 40;
    let mut checksum = Crc::new();
    checksum.update(&xz[12..end]);
    xz[end..end + 4].copy_from_slice(&checksum.sum().to_le_bytes());
    let told = refused(&xz, &ReadOptions::default());
    assert!(told.contains("a larger dictionary than that of `xz -9`: unpack it first"), "{told}");

    let mut zip = fs::read(fixture("lzma.zip")).unwrap();
    // Behind the header and the name a.csv: version, length of the properties, properties.
    let properties = 30 + "a.csv".len() + 4;
    zip[properties + 1..properties + 5].copy_from_slice(&(1u32 << 30).to_le_bytes());
    let told = refused(&zip, &ReadOptions::default());
    assert!(told.contains("with a dictionary of 1073741824 bytes; expected at most"), "{told}");
}

#[test]
fn a_packed_file_that_is_cut_anywhere_is_refused() {
    for name in ["plain.csv.xz", "plain.csv.zst", "plain.csv.gz"] {
        let whole = fs::read(fixture(name)).unwrap();
        for length in (7..whole.len().min(200)).chain([whole.len() - 30]) {
            refused(&whole[..length], &ReadOptions::default());
        }
    }
}

#[test]
fn a_header_that_claims_gigabytes_takes_none() {
    let lengths = [1u32 << 20, 28, 28].map(u32::to_be_bytes);
    let idx = [&[0, 0, 0xe, 3][..], lengths.as_flattened(), &[0; 100]].concat();
    let told = refused(&idx, &ReadOptions::default());
    assert!(
        told.contains(
            "an array of shape 1048576x28x28 with 100 bytes of values; expected 6576668672"
        ),
        "{told}"
    );
    let mut npy = fs::read(fixture("images.npy")).unwrap();
    // Version 2 has a length of four bytes.
    npy[6] = 2;
    npy[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(refused(&npy, &ReadOptions::default()).contains("cut short"));
}

#[test]
fn a_line_of_megabytes_in_libsvm_or_of_labels_is_refused() {
    let line = [&b"1"[..], &b" 1:1".repeat(2 << 20)].concat();
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(&line).unwrap();
    let packed = packer.finish().unwrap();
    let told = refused(&packed, &ReadOptions::default());
    assert!(told.ends_with("line 1: longer than 4194304 bytes; this is no image"), "{told}");

    let labels = tempfile::NamedTempFile::new().unwrap();
    fs::write(&labels, packed).unwrap();
    let options = ReadOptions { labels: Some(labels.path().to_owned()), ..ReadOptions::default() };
    let told = refused(&fs::read(fixture("images_only.csv")).unwrap(), &options);
    assert!(told.ends_with("line 1: longer than 4194304 bytes; this is no image"), "{told}");
}

#[test]
fn a_label_or_a_list_of_names_of_any_length_is_refused() {
    let plain = fs::read_to_string(fixture("plain.csv")).unwrap();
    let long = plain.replacen("\n7,", &format!("\n{},", "x".repeat(1001)), 1);
    let told = refused(long.as_bytes(), &ReadOptions::default());
    assert!(told.contains("line 2, column 1: \"xxxxxxxxxxxxxxxxxxxx…\" is not a label"), "{told}");

    let names = tempfile::NamedTempFile::new().unwrap();
    fs::write(&names, "name\n".repeat(1 << 18)).unwrap();
    let options =
        ReadOptions { class_names: Some(names.path().to_owned()), ..ReadOptions::default() };
    let told = refused(plain.as_bytes(), &options);
    assert!(told.contains("more than 1048576 bytes; expected the names of classes"), "{told}");
}
