//! Reads a file of images: the one entrance for all forms.

use std::path::Path;

use crate::{
    Form, ImageSet, Problem, ReadError, ReadOptions, arrange, class_names, label_file,
    source::Packing,
    text::{self, Content},
};

/// The content, the form and the errors of a file.
#[derive(Debug)]
pub struct Scan {
    /// The valid rows; none if there is no valid row.
    pub set: Option<ImageSet>,
    /// How the file was understood.
    pub form: Form,
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
        let (content, packing) = text::read(path, self).map_err(|reason| ReadError {
            path: path.to_owned(),
            problem: Problem::Open(reason),
        })?;
        let Content { size, images, labels, ids, scale, form, bytes, sha256, mut problems, .. } =
            content;
        let is_complete = content.is_complete;
        let set = size.filter(|_| images.len() > 0).map(|size| ImageSet {
            path: path.to_owned(),
            size,
            pixel_max: self.pixel_max,
            images,
            labels,
            ids,
            scale,
            form: form.clone(),
            sha256: sha256.clone(),
        });
        let set = match set.filter(|_| problems.is_empty()).map(|set| self.complete(set)) {
            None => None,
            Some(Ok(set)) => Some(set),
            Some(Err(error)) if error.path == path => {
                problems.push(error.problem);
                None
            }
            Some(Err(error)) => return Err(error),
        };
        let form = set.as_ref().map_or(form, |set| set.form.clone());
        Ok(Scan { set, form, packing, bytes, sha256, problems, is_complete })
    }

    /// Adds what is in other files, and arranges the images.
    fn complete(&self, mut set: ImageSet) -> Result<ImageSet, ReadError> {
        if let Some(path) = &self.labels {
            label_file::add(&mut set, path)?;
        }
        if let Some(path) = &self.class_names {
            class_names::apply(&mut set, path)?;
        }
        arrange::arrange(&mut set, self);
        Ok(set)
    }
}
