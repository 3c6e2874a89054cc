//! Folders of pictures and Parquet files are read from the cache like a CSV, once they are
//! imported.

#![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use data::{ImageSize, ReadOptions};
use import::import;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/data_forms").join(name)
}

#[test]
fn pictures_are_the_images_and_names_of_folders_the_labels() {
    let options = ReadOptions::default();
    let words = options.read(file("words.csv")).unwrap();
    for (name, count) in [
        ("folder", 40),
        ("folder/test", 10),
        ("parquet/train-00000-of-00001.parquet", 40),
        ("parquet/test-00000-of-00001.parquet", 10),
    ] {
        let cache = tempfile::tempdir().unwrap();
        let refused = options.read_cached(file(name), cache.path()).unwrap_err().to_string();
        assert!(refused.contains("; expected a file"), "{refused}");
        assert!(!options.is_imported(&file(name), cache.path()));
        import(&file(name), &options, cache.path()).unwrap();
        assert!(options.is_imported(&file(name), cache.path()));
        let set = options.read_cached(file(name), cache.path()).unwrap();
        let rows = |set: &data::ImageSet| {
            let row = |row| (set.labels().unwrap().name(row).to_owned(), set.image(row).to_vec());
            let mut rows: Vec<_> = (0..set.rows()).map(row).collect();
            rows.sort();
            rows
        };
        let known = rows(&words);
        assert!(rows(&set).iter().all(|row| known.contains(row)), "{name}");
        assert_eq!(set.rows(), count, "{name}");
        let all = words.labels().unwrap().names();
        assert!(set.labels().unwrap().names().iter().all(|name| all.contains(name)), "{name}");
    }
}

#[test]
fn pictures_of_several_sizes_are_scaled_if_asked() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (class, width) in [("a", 8), ("b", 9)] {
        fs::create_dir(folder.path().join(class)).unwrap();
        let picture = image::GrayImage::from_pixel(width, 8, image::Luma([200]));
        picture.save(folder.path().join(class).join("1.png")).unwrap();
    }
    let options = ReadOptions::default();
    let refused = import(folder.path(), &options, cache.path()).unwrap_err().to_string();
    assert!(refused.ends_with(
        "pictures of 2 sizes (8x8, 9x8); expected one size: give --image 28x28 to scale them"
    ));
    let options = ReadOptions { image: ImageSize::new(6, 6), ..options };
    import(folder.path(), &options, cache.path()).unwrap();
    let set = options.read_cached(folder.path(), cache.path()).unwrap();
    assert!(set.images().all(|image| image == [200; 36]));
    assert!(set.form().notes().any(|note| note == "2 pictures scaled to 6x6"));
}

#[test]
fn what_is_no_data_set_is_refused_in_a_line() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let refused =
        || import(folder.path(), &ReadOptions::default(), cache.path()).unwrap_err().to_string();
    assert!(refused().ends_with("expected a folder of pictures for each class, such as 0/1.png"));
    fs::create_dir(folder.path().join("a")).unwrap();
    fs::write(folder.path().join("a/1.png"), "no picture").unwrap();
    assert!(refused().contains("1.png: ") && refused().lines().count() == 1, "{}", refused());
    image::GrayImage::new(8, 8).save(folder.path().join("a/1.png")).unwrap();
    let mut without_pixels = fs::read(folder.path().join("a/1.png")).unwrap();
    // The width in the header.
    without_pixels[16..20].fill(0);
    fs::write(folder.path().join("a/1.png"), without_pixels).unwrap();
    let expected = "1.png: a picture of 0x8 pixels; expected 1x1 or more";
    assert!(refused().ends_with(expected), "{}", refused());
    image::GrayImage::new(8, 8).save(folder.path().join("a/1.png")).unwrap();
    image::GrayImage::new(8, 8).save(folder.path().join("2.png")).unwrap();
    assert!(refused().contains("1 picture beside the folders of the classes"), "{}", refused());
}

/// A fuzzer made this file, in which a page contradicts the metadata.
#[test]
fn a_damaged_parquet_file_is_refused_where_its_reader_panics() {
    let (file, cache) = (Path::new("tests/damaged.parquet"), tempfile::tempdir().unwrap());
    let refused = import(file, &ReadOptions::default(), cache.path()).unwrap_err().to_string();
    let expected = "tests/damaged.parquet: a damaged Parquet file (";
    assert!(refused.starts_with(expected) && !refused.contains('\n'), "{refused}");
}
