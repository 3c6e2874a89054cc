//! What must hold of every file of images, whichever way it is read.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
};

use data::{ImageSet, ReadOptions};

/// An empty folder for the files of an input.
///
/// # Panics
/// The temporary folder cannot be written to.
pub fn empty_folder() -> PathBuf {
    let folder = env::temp_dir().join(format!("fuzz-{}", process::id()));
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the files of the last input can be removed");
    }
    fs::create_dir(&folder).expect("the temporary folder can be written to");
    folder
}

/// The parts of an input, between lines of `=====`; all but the first may be missing.
pub fn parts<const COUNT: usize>(bytes: &[u8]) -> [&[u8]; COUNT] {
    const BETWEEN: &[u8] = b"=====";
    let mut rest = Some(bytes);
    std::array::from_fn(|_| {
        let content = rest.take().unwrap_or_default();
        let end = content.windows(BETWEEN.len()).position(|window| window == BETWEEN);
        rest = end.map(|end| &content[end + BETWEEN.len()..]);
        &content[..end.unwrap_or(content.len())]
    })
}

/// Refuses text that could control a terminal.
///
/// # Panics
/// The text has control characters.
pub fn assert_printable(told: &str) {
    assert!(!told.contains(char::is_control), "no text for a terminal: {told:?}");
}

/// Refuses a set that contradicts itself.
///
/// # Panics
/// It does.
pub fn assert_whole(set: &ImageSet) {
    assert!(set.rows() > 0 && set.images().all(|image| image.len() == set.size().pixels()));
    let most = set.pixel_max().get();
    assert!(set.images().flatten().all(|pixel| *pixel <= most));
    assert!(set.ids().is_none_or(|ids| ids.of_rows.len() == set.rows()));
    if let Some(labels) = set.labels() {
        assert_eq!(labels.of_rows().len(), set.rows());
        assert!(labels.of_rows().iter().all(|row| usize::from(*row) < labels.names().len()));
    }
}

/// Reads a file in both ways, which must agree: either has the images, or says what is wrong.
///
/// # Panics
/// They do not.
pub fn read_both_ways(options: &ReadOptions, path: &Path) {
    if let Ok(scan) = options.scan(path) {
        assert_printable(&scan.form.to_string());
    }
    match options.read(path) {
        Ok(set) => {
            assert_whole(&set);
            let scan = options.scan(path).expect("what can be read can be opened");
            assert!(scan.problems.is_empty() && scan.set == Some(set));
        }
        Err(error) => {
            assert_printable(&error.to_string());
            if let Ok(scan) = options.scan(path) {
                let first = scan.problems.first().expect("a file that is refused has a problem");
                assert_eq!(first.to_string(), error.problem.to_string());
            }
        }
    }
}

/// Imports images and reads them from the cache, or refuses them in a line.
///
/// # Panics
/// What was imported cannot be read.
#[cfg(feature = "import")]
pub fn import_and_read(options: &ReadOptions, path: &Path, cache: &Path) {
    match import::import(path, options, cache) {
        Ok(()) => match options.read_cached(path, cache) {
            Ok(set) => assert_whole(&set),
            // What does not begin like Parquet is not imported, but read as text.
            Err(error) => {
                assert!(data::import::Foreign::of(path).is_none(), "{error}");
            }
        },
        Err(error) => assert_printable(&error.to_string()),
    }
}
