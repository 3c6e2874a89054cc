//! NumPy's `.npz`: a zip of `.npy` files. `digits.npz/x_train` names an array in it.

use std::{
    ffi::OsStr,
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use zip::ZipArchive;

use super::{Array, npy};
use crate::{
    Problem,
    shown::{printable, shortened},
    source::{packing_in_zip, plain},
};

/// The names of the images and of their labels, in the order in which they are looked for.
const TRAIN: [(&str, &str); 7] = [
    ("x_train", "y_train"),
    ("train_images", "train_labels"),
    ("X_train", "y_train"),
    ("images", "labels"),
    ("x", "y"),
    ("X", "y"),
    ("data", "target"),
];
const TEST: [(&str, &str); 3] =
    [("x_test", "y_test"), ("test_images", "test_labels"), ("X_test", "y_test")];

/// The file and the array that a path names; none if the path is a file, or is in no file.
pub(crate) fn split(path: &Path) -> Option<(&Path, &OsStr)> {
    let (file, array) = (path.parent()?, path.file_name()?);
    (!path.exists() && file.is_file()).then_some((file, array))
}

/// Whether a zip holds arrays.
pub(crate) fn is_npz(path: &Path) -> bool {
    if !path.is_file() {
        return false;
    }
    let Ok(file) = File::open(path) else { return false };
    let Ok(archive) = ZipArchive::new(BufReader::new(file)) else { return false };
    !archive.is_empty()
        && archive.file_names().all(|name| name.is_ok_and(|name| name.ends_with(".npy")))
}

/// The path of the test images, if a file has training and test images.
pub(crate) fn test_in(path: &Path) -> Option<PathBuf> {
    let names = names(path).ok()?;
    let test =
        TEST.iter().map(|(images, _)| images).find(|name| names.iter().any(|n| n == *name))?;
    Some(path.join(test))
}

/// The images of a path, and their labels if the file has them.
///
/// # Errors
/// There is no such array, or it cannot be read.
pub(crate) fn read(path: &Path) -> Result<(Array, Option<Array>, String), Problem> {
    let (file, asked) = split(path).map_or((path, None), |(file, array)| (file, Some(array)));
    let names = names(file)?;
    let has = |name: &str| names.iter().any(|other| other == name);
    let known = || TRAIN.iter().chain(&TEST);
    let (images, labels) = match asked.map(|name| name.to_string_lossy().into_owned()) {
        Some(name) if !has(&name) => {
            let name = printable(&shortened(&name, SHOWN));
            let what = format!("no array {name}; the file has {}", listed(&names));
            return Err(Problem::Form(what));
        }
        Some(name) => {
            let labels = known().find(|(images, labels)| *images == name && has(labels));
            let labels = labels.map(|(_, labels)| (*labels).to_owned());
            (name, labels)
        }
        None => match TRAIN.iter().find(|(images, labels)| has(images) && has(labels)) {
            Some((images, labels)) => ((*images).to_owned(), Some((*labels).to_owned())),
            None => match &names[..] {
                [name] => (name.clone(), None),
                _ => {
                    let what = format!(
                        "arrays {}; expected x_train and y_train: name the images and their \
                         labels, as in --data {1}/{0} --labels {1}/…",
                        listed(&names),
                        file.display()
                    );
                    return Err(Problem::Form(what));
                }
            },
        },
    };
    let form = match &labels {
        Some(labels) => format!("images {images}, labels {labels}"),
        None => format!("images {images}"),
    };
    let labels = labels.map(|labels| array(file, &labels)).transpose()?;
    Ok((array(file, &images)?, labels, form))
}

/// One array of a file.
///
/// # Errors
/// There is no such array, or it cannot be read.
pub(crate) fn array(file: &Path, name: &str) -> Result<Array, Problem> {
    let mut archive = open(file)?;
    let name = format!("{name}.npy");
    let index = archive.index_for_name(&name);
    let index = index.ok_or_else(|| Problem::Form(format!("no array {name}")))?;
    let packed = archive.by_index_raw(index).map_err(plain).map_err(Problem::Open)?;
    packing_in_zip(packed).map_err(Problem::Open)?;
    let entry = archive.by_index(index).map_err(plain).map_err(Problem::Open)?;
    npy::read(&mut BufReader::new(entry))
}

/// The largest number of shown characters of a name.
const SHOWN: usize = 40;

/// Names of arrays in an error: the first of them.
fn listed(names: &[String]) -> String {
    const MOST: usize = 6;
    let shown = names.iter().take(MOST).map(|name| printable(&shortened(name, SHOWN)));
    let more = (names.len() > MOST).then(|| "…".to_owned());
    shown.chain(more).collect::<Vec<_>>().join(", ")
}

/// The names of the arrays.
fn names(file: &Path) -> Result<Vec<String>, Problem> {
    let archive = open(file)?;
    Ok(archive
        .file_names()
        .filter_map(|name| Some(name.ok()?.strip_suffix(".npy")?.to_owned()))
        .collect())
}

fn open(file: &Path) -> Result<ZipArchive<BufReader<File>>, Problem> {
    let file = File::open(file).map_err(Problem::Open)?;
    ZipArchive::new(BufReader::new(file)).map_err(plain).map_err(Problem::Open)
}
