//! Reads images in forms that need decoders of pictures: [`folder`] reads a folder of pictures for
//! each class, [`parquet`] reads Parquet as Hugging Face writes it; [`scale`] makes their pictures
//! grey and of one size.

pub mod folder;
pub mod parquet;
pub mod scale;

use std::path::{Path, PathBuf};

use data::{
    ReadOptions,
    import::{Foreign, ImportError, Imported},
};
use image::ImageError;

/// Why images cannot be read. Its text is one line: the file, and the reason.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A picture cannot be decoded.
    #[error("{}: {}", path.display(), photo::text_of(reason))]
    Picture {
        /// The file.
        path: PathBuf,
        /// The error of the decoder.
        reason: ImageError,
    },
    /// The form is not understood.
    #[error("{}: {reason}", path.display())]
    Form {
        /// The file or the folder.
        path: PathBuf,
        /// What it is, and what would be right.
        reason: String,
    },
    /// The images cannot be used or kept.
    #[error(transparent)]
    Import(#[from] ImportError),
}

impl Error {
    fn form(path: &Path, reason: impl ToString) -> Self {
        Self::Form { path: path.to_owned(), reason: reason.to_string() }
    }
}

/// Reads the images of a path, and keeps them in the cache.
///
/// # Errors
/// A file cannot be read or decoded, or the images are no data set.
pub fn import(path: &Path, options: &ReadOptions, cache: &Path) -> Result<(), Error> {
    let imported: Imported = match Foreign::of(path) {
        Some(Foreign::Pictures) => folder::read(path, options.image)?,
        Some(Foreign::Parquet) => parquet::read(path, options.image)?,
        None => return Ok(()),
    };
    Ok(options.import(path, imported, cache)?)
}
