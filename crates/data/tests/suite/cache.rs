//! The cache gives what the file gives, or gets out of the way.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::UNIX_EPOCH,
};

use data::{ImageSet, ImageSize, ReadError, ReadOptions, read};
use proptest::{prelude::*, sample::Index};

const PIXELS: usize = 784;

fn read_cached(path: &Path, cache: &Path) -> Result<ImageSet, ReadError> {
    ReadOptions::default().read_cached(path, cache)
}

fn csv(rows: usize, label: bool) -> String {
    (0..rows)
        .map(|row| {
            let pixels: Vec<String> =
                (1..PIXELS).map(|pixel| ((row + pixel) % 256).to_string()).collect();
            format!(
                "{}{},0\n",
                if label { format!("{},", row % 10) } else { String::new() },
                pixels.join(",")
            )
        })
        .collect()
}

/// The one cached file.
fn kept(cache: &Path) -> PathBuf {
    let files = fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().find(|path| path.extension().is_none()).unwrap()
}

/// Marks the cached file: whoever writes it again removes the mark.
fn mark(kept: &Path) {
    File::options().append(true).open(kept).unwrap().set_modified(UNIX_EPOCH).unwrap();
}

fn is_marked(kept: &Path) -> bool {
    fs::metadata(kept).unwrap().modified().unwrap() == UNIX_EPOCH
}

#[test]
fn the_second_reading_gives_the_same_without_parsing_also_under_another_name() {
    for label in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let (path, cache) = (folder.path().join("digits.csv"), folder.path().join("cache"));
        fs::write(&path, csv(12, label)).unwrap();
        assert_eq!(read_cached(&path, &cache).unwrap(), read(&path).unwrap());
        mark(&kept(&cache));
        assert_eq!(read_cached(&path, &cache).unwrap(), read(&path).unwrap());
        let moved = folder.path().join("moved.csv");
        fs::rename(path, &moved).unwrap();
        assert_eq!(read_cached(&moved, &cache).unwrap(), read(&moved).unwrap());
        assert!(is_marked(&kept(&cache)), "parsed again");
    }
}

#[test]
fn other_bytes_are_parsed_again_though_size_and_time_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (path, cache) = (folder.path().join("digits.csv"), folder.path().join("cache"));
    let text = csv(3, true);
    for text in [text.clone(), text.replacen(",17,", ",71,", 1), text.replacen("2,", "1,", 1)] {
        fs::write(&path, text).unwrap();
        mark(&path);
        assert_eq!(read_cached(&path, &cache).unwrap(), read(&path).unwrap());
    }
}

#[test]
fn a_damaged_cached_file_is_parsed_again_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    let (path, cache) = (folder.path().join("digits.csv"), folder.path().join("cache"));
    fs::write(&path, csv(12, true)).unwrap();
    let parsed = read_cached(&path, &cache).unwrap();
    let whole = fs::read(kept(&cache)).unwrap();
    let end = whole.len();
    let (mut labels, mut zeros, mut checksum) = (whole.clone(), whole.clone(), whole.clone());
    let first_pixel = end - 12 * PIXELS;
    labels[first_pixel - 24..first_pixel].rotate_left(2);
    zeros[end - 6000..].fill(0);
    checksum[30] ^= 1;
    for damaged in [&labels[..], &zeros, &checksum, &whole[..end - PIXELS], &[]] {
        fs::write(kept(&cache), damaged).unwrap();
        assert_eq!(read_cached(&path, &cache).unwrap(), parsed);
        assert!(fs::read(kept(&cache)).unwrap() == whole, "not mended");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (pipe, cache) = (folder.path().join("pipe"), folder.path().join("cache"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let digits = folder.path().join("digits.csv");
    fs::write(&digits, csv(3, true)).unwrap();
    let named = ReadOptions { class_names: Some(pipe.clone()), ..ReadOptions::default() };
    let reads = [
        read(&pipe),
        read_cached(&pipe, &cache),
        named.read(&digits),
        named.read_cached(&digits, &cache),
    ];
    for told in reads.map(|read| read.unwrap_err().to_string()) {
        assert!(told.contains("this is a pipe or a device, which cannot be read again"), "{told}");
    }
}

#[test]
fn a_file_that_changed_is_parsed_again_and_a_wrong_one_is_refused_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let (path, cache) = (folder.path().join("digits.csv"), folder.path().join("cache"));
    fs::write(&path, csv(3, true)).unwrap();
    assert_eq!(read_cached(&path, &cache).unwrap().rows(), 3);
    fs::write(&path, csv(4, true)).unwrap();
    assert_eq!(read_cached(&path, &cache).unwrap().rows(), 4);
    fs::write(&path, "nonsense").unwrap();
    for _ in 0..2 {
        assert_eq!(
            read_cached(&path, &cache).unwrap_err().to_string(),
            read(&path).unwrap_err().to_string()
        );
    }
}

#[test]
fn what_is_read_in_another_way_is_kept_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (path, cache) = (folder.path().join("images.csv"), folder.path().join("cache"));
    fs::write(&path, csv(4, true)).unwrap();
    let wide = ReadOptions { image: ImageSize::new(56, 14), ..ReadOptions::default() };
    let dark = ReadOptions { pixel_max: 16.try_into().unwrap(), ..ReadOptions::default() };
    for _ in 0..2 {
        assert_eq!(read_cached(&path, &cache).unwrap().size(), ImageSize::MNIST);
        assert_eq!(wide.read_cached(&path, &cache).unwrap().size().to_string(), "56x14");
        let refused = dark.read_cached(&path, &cache).unwrap_err().to_string();
        assert!(
            refused.contains("is not a pixel value; expected a whole number from 0 to 16"),
            "{refused}"
        );
    }
}

#[test]
fn what_was_kept_longest_ago_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, cache) = (folder.path().join("digits.csv"), folder.path().join("cache"));
    for rows in 2..=13 {
        fs::write(&path, csv(rows, true)).unwrap();
        assert_eq!(read_cached(&path, &cache).unwrap().rows(), rows);
    }
    assert_eq!(fs::read_dir(&cache).unwrap().count(), 2 * 8, "eight files, and a lock for each");
    // The last one is there still.
    let files = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path());
    let newest = files
        .filter(|path| path.extension().is_none())
        .max_by_key(|path| fs::metadata(path).unwrap().len())
        .unwrap();
    mark(&newest);
    assert_eq!(read_cached(&path, &cache).unwrap().rows(), 13);
    assert!(is_marked(&newest));
}

#[test]
fn readers_at_the_same_time_all_get_the_table_and_a_cache_in_the_way_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    let (path, cache) = (folder.path().join("digits.csv"), folder.path().join("cache"));
    fs::write(&path, csv(50, true)).unwrap();
    let parsed = read(&path).unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(read_cached(&path, &cache).unwrap(), parsed));
        }
    });
    // A file where the folder should be.
    assert_eq!(read_cached(&path, &path).unwrap(), parsed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_damaged_cache_gives_what_the_file_gives(cut in 0usize..16_000, byte: Index, to: u8) {
        let folder = tempfile::tempdir().unwrap();
        let (path, cache) = (folder.path().join("digits.csv"), folder.path().join("cache"));
        fs::write(&path, csv(5, true)).unwrap();
        let parsed = read_cached(&path, &cache).unwrap();
        let mut bytes = fs::read(kept(&cache)).unwrap();
        if cut < bytes.len() {
            bytes.truncate(cut);
        } else {
            *byte.get_mut(&mut bytes) = to;
        }
        fs::write(kept(&cache), &bytes).unwrap();
        prop_assert_eq!(read_cached(&path, &cache).unwrap(), parsed);
    }
}
