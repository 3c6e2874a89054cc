//! Reads a file of images: the one entrance for all forms.

use std::{
    fs,
    io::{self, BufRead},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    Form, ImageSet, Memory, Problem, ReadError, ReadOptions, arrange,
    arrays::{self, idx, npy, npz},
    class_names,
    import::{self, Foreign},
    label_file, libsvm,
    source::{self, Packing},
    text::{self, Content},
};

/// The content, the form and the errors of a file.
#[derive(Debug)]
pub struct Scan {
    /// The valid rows; none if there is no valid row.
    pub set: Option<ImageSet>,
    /// How the file was understood.
    pub form: Form,
    /// The memory that the images take; none if there is no valid row.
    pub memory: Option<Memory>,
    /// The packing.
    pub packing: Packing,
    /// Bytes of the unpacked content.
    pub bytes: u64,
    /// SHA-256 of the unpacked content, in hexadecimal.
    pub sha256: String,
    /// The errors, in the order of the file.
    pub problems: Vec<Problem>,
    /// Whether the file was read to its end. If not, it may have more rows and errors.
    pub is_complete: bool,
}

/// Reads a file of square images with pixels from 0 to 255.
///
/// # Errors
/// The first [`Problem`] in the file.
pub fn read(path: impl AsRef<Path>) -> Result<ImageSet, ReadError> {
    ReadOptions::default().read(path)
}

/// Reads content of a certain form.
type ReadOther = fn(&mut dyn BufRead, &Path, &ReadOptions) -> Content;

/// The files that are read for the images of a path: its own, and those of labels and names.
pub(crate) fn files(options: &ReadOptions, path: &Path) -> Vec<PathBuf> {
    let own = match Foreign::of(path) {
        Some(foreign) => foreign.files(path).unwrap_or_default(),
        None => vec![npz::split(path).map_or(path, |(file, _)| file).to_owned()],
    };
    let labels = options.labels.clone().or_else(|| idx::labels_beside(path));
    let labels = labels.map(|path| npz::split(&path).map_or(path.clone(), |(file, _)| file.into()));
    own.into_iter().chain(labels).chain(options.class_names.clone()).collect()
}

/// The test images that belong to training images: those in the same `.npz`, in the IDX file
/// `t10k-images-idx3-ubyte` beside them, in the folder `test` beside `train`, or in the Parquet
/// file `test-…`.
pub fn test_data_of(path: &Path) -> Option<PathBuf> {
    if npz::is_npz(path) {
        return npz::test_in(path);
    }
    idx::test_beside(path).or_else(|| import::test_data_of(path))
}

impl ReadOptions {
    /// Reads a file of images in this format.
    ///
    /// # Errors
    /// The first [`Problem`] in the file.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<ImageSet, ReadError> {
        let path = path.as_ref();
        let Scan { set, problems, .. } = self.scan(path)?;
        // A file without a row has at least the error that it has none.
        match (problems.into_iter().next(), set) {
            (None, Some(set)) => Ok(set),
            (problem, _) => Err(ReadError {
                path: path.to_owned(),
                problem: problem.unwrap_or_else(|| Problem::Form("no rows".to_owned())),
            }),
        }
    }

    /// Reads all valid rows of a file, and lists its errors.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn scan(&self, path: impl AsRef<Path>) -> Result<Scan, ReadError> {
        let path = path.as_ref();
        let (content, packing) = self.content(path).map_err(|reason| ReadError {
            path: path.to_owned(),
            problem: Problem::Open(reason),
        })?;
        let Content { size, images, memory, labels, ids, scale, form, bytes, sha256, .. } = content;
        let Content { mut problems, is_complete, .. } = content;
        let set = size.filter(|_| !images.is_empty()).map(|size| ImageSet {
            path: path.to_owned(),
            size,
            pixel_max: self.pixel_max,
            images,
            labels,
            ids,
            scale,
            form: form.clone(),
            sha256: sha256.clone(),
            memory,
        });
        // What is in other files belongs to all rows.
        let set = match set {
            Some(set) if problems.is_empty() => match self.complete(set) {
                Ok(set) => Some(set),
                Err(error) if error.path == path => {
                    problems.push(error.problem);
                    None
                }
                Err(error) => return Err(error),
            },
            incomplete => incomplete,
        };
        let form = set.as_ref().map_or(form, |set| set.form.clone());
        let memory = set.as_ref().map(|set| Memory::of(set, packing, bytes));
        Ok(Scan { set, form, memory, packing, bytes, sha256, problems, is_complete })
    }

    /// Scans a file; of images that were imported, scans what is in the cache.
    ///
    /// # Errors
    /// The file cannot be opened, or was not imported.
    pub fn scan_imported(&self, path: &Path, cache: &Path) -> Result<Scan, ReadError> {
        if Foreign::of(path).is_none() {
            return self.scan(path);
        }
        let set = self.read_cached(path, cache)?;
        let sizes = files(self, path).into_iter().filter_map(|file| fs::metadata(file).ok());
        Ok(Scan {
            form: set.form.clone(),
            memory: Some(Memory::of(&set, Packing::Plain, 0)),
            packing: Packing::Plain,
            bytes: sizes.map(|file| file.len()).sum(),
            sha256: set.sha256.clone(),
            problems: Vec::new(),
            is_complete: true,
            set: Some(set),
        })
    }

    /// The content of a file, whatever its form.
    fn content(&self, path: &Path) -> io::Result<(Content, Packing)> {
        if let Some(foreign) = Foreign::of(path) {
            let problems = vec![foreign.not_imported()];
            return Ok((Content { problems, ..Content::default() }, Packing::Plain));
        }
        if npz::split(path).is_some() || npz::is_npz(path) {
            return Ok((arrays::content_of_npz(path, self), Packing::Zip));
        }
        let other = source::with_content(path, |content, packing| {
            let head = content.fill_buf().unwrap_or_default();
            let read: Option<ReadOther> = match head {
                _ if idx::is_idx(head) => Some(arrays::content_of_idx),
                _ if npy::is_npy(head) => Some(arrays::content_of_npy),
                _ if libsvm::is_libsvm(head) => Some(libsvm::content),
                _ => None,
            };
            read.map(|read| (read(content, path, self), packing))
        })?;
        match other {
            Some(content) => Ok(content),
            None => text::read(path, self),
        }
    }

    /// Adds what is in other files, and arranges the images.
    pub(crate) fn complete(&self, mut set: ImageSet) -> Result<ImageSet, ReadError> {
        if let Some(path) = &self.labels {
            label_file::add(&mut set, path)?;
        }
        let labels = self.labels.clone().or_else(|| idx::labels_beside(&set.path));
        if let Some(labels) = labels {
            set.sha256 = with_labels(&set.sha256, &labels)?;
        }
        if let Some(path) = &self.class_names {
            class_names::apply(&mut set, path)?;
        }
        arrange::arrange(&mut set, self);
        Ok(set)
    }
}

/// The checksum of images and their labels.
fn with_labels(images: &str, labels: &Path) -> Result<String, ReadError> {
    let path = npz::split(labels).map_or(labels, |(file, _)| file);
    let bytes = fs::read(path)
        .map_err(|reason| ReadError { path: path.to_owned(), problem: Problem::Open(reason) })?;
    Ok(with(images, &bytes))
}

/// The checksum of images and of another file that belongs to them.
pub(crate) fn with(images: &str, bytes: &[u8]) -> String {
    hex::encode(Sha256::new().chain_update(images).chain_update(bytes).finalize())
}
