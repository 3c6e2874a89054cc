//! Images in forms that this crate does not decode: a folder of pictures, Parquet. The program
//! `import` reads them once, and keeps them where a CSV that was parsed is kept.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use host::FileError;
use sha2::{Digest, Sha256};

use crate::{
    Form, Ids, ImageSet, ImageSize, Problem, ReadError, ReadOptions, cache, labels::LabelsBuilder,
    raw::RawImages, read, set::Scale,
};

/// The number of bytes that are hashed at a time.
const BLOCK: usize = 1 << 17;
/// The first bytes of a Parquet file (<https://parquet.apache.org/docs/file-format/>).
const PARQUET: &[u8] = b"PAR1";
/// The names of the folders of training and of test images.
const TRAIN: [&str; 2] = ["train", "training"];
const TEST: [&str; 2] = ["test", "testing"];

/// A form of images that must be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// A folder with a folder of pictures for each class.
    Pictures,
    /// A Parquet file with pictures and labels, as Hugging Face has them.
    Parquet,
}

/// Images that were read from such a form.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Width and height of each image.
    pub size: ImageSize,
    /// Grey values from 0 to 255, row by row.
    pub images: RawImages,
    /// The label of each image; none if there are none.
    pub labels: Option<Vec<String>>,
    /// The ids of the images.
    pub ids: Option<Ids>,
    /// The format, in words.
    pub format: String,
    /// What users should know.
    pub notes: Vec<String>,
    /// The bytes of memory that reading took beside the images, at most.
    pub memory: usize,
}

impl Foreign {
    /// The form of a path, if it must be imported.
    pub fn of(path: &Path) -> Option<Self> {
        if path.is_dir() {
            return Some(Self::Pictures);
        }
        // Opening a pipe waits for its writer.
        if !path.is_file() {
            return None;
        }
        let mut head = Vec::new();
        File::open(path).ok()?.take(PARQUET.len() as u64).read_to_end(&mut head).ok()?;
        (head == PARQUET).then_some(Self::Parquet)
    }

    /// The files of such a path, in order.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub fn files(self, path: &Path) -> io::Result<Vec<PathBuf>> {
        match self {
            Self::Pictures => files_in(&root(path)),
            Self::Parquet => shards(path),
        }
    }

    /// The error of a path that was not imported.
    pub(crate) fn not_imported(self) -> Problem {
        let what = match self {
            Self::Pictures => "a folder of pictures",
            Self::Parquet => "a Parquet file",
        };
        Problem::Form(format!(
            "{what}; expected a file: `cargo xtask data convert` turns it into a CSV"
        ))
    }
}

/// The folder of the training images: the sub-folder `train`, or the folder itself.
pub fn root(folder: &Path) -> PathBuf {
    sub_folder(folder, TRAIN).unwrap_or_else(|| folder.to_owned())
}

/// The test images that belong to training images in such a form.
pub(crate) fn test_data_of(path: &Path) -> Option<PathBuf> {
    match Foreign::of(path)? {
        Foreign::Pictures => sub_folder(path, TRAIN).and(sub_folder(path, TEST)),
        Foreign::Parquet => {
            let name = path.file_name()?.to_str()?;
            let test = name.replacen("train", "test", 1);
            let mut others = fs::read_dir(path.parent()?).ok()?.flatten();
            let prefix = test.split('-').next().filter(|_| test != name)?.to_owned();
            let is_test = |other: &fs::DirEntry| {
                let name = other.file_name().to_string_lossy().into_owned();
                name.starts_with(&prefix) && name.ends_with(".parquet")
            };
            others.find(is_test).map(|other| other.path())
        }
    }
}

fn sub_folder(folder: &Path, names: [&str; 2]) -> Option<PathBuf> {
    names.iter().map(|name| folder.join(name)).find(|folder| folder.is_dir())
}

/// All files in a folder and its sub-folders, but for hidden ones, in order.
fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for path in entries {
        let is_hidden =
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        match path.symlink_metadata()?.is_dir() {
            _ if is_hidden => {}
            true => files.extend(files_in(&path)?),
            false => files.push(path),
        }
    }
    Ok(files)
}

/// The parts of a Parquet file: `train-00000-of-00002.parquet` and its siblings.
fn shards(path: &Path) -> io::Result<Vec<PathBuf>> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let parts = name.split_once("-of-").and_then(|(before, after)| {
        Some((before.rsplit_once('-')?.0.to_owned(), format!("-of-{after}")))
    });
    let (Some((prefix, suffix)), Some(folder)) = (parts, path.parent()) else {
        return Ok(vec![path.to_owned()]);
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let is_part = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        name.starts_with(&format!("{prefix}-")) && name.ends_with(&suffix)
    };
    Ok(files_in(folder)?.into_iter().filter(is_part).collect())
}

impl ReadOptions {
    /// Whether these images are in the cache already.
    pub fn is_imported(&self, path: &Path, cache: &Path) -> bool {
        cache::is_kept(self, path, cache)
    }

    /// Keeps imported images in the cache, from which they are read in place of their path.
    ///
    /// # Errors
    /// The images are not those of these options, or the disk fails.
    pub fn import(&self, path: &Path, imported: Imported, cache: &Path) -> Result<(), ImportError> {
        let failed = |problem| ReadError { path: path.to_owned(), problem };
        let set = self.imported(path, imported).map_err(failed)?;
        let set = self.complete(set)?;
        Ok(cache::keep_imported(self, path, &set, cache)?)
    }

    fn imported(&self, path: &Path, imported: Imported) -> Result<ImageSet, Problem> {
        let Imported { size, images, labels, ids, format, notes, memory } = imported;
        let most = self.pixel_max.get();
        if let Some(value) = images.blocks().flatten().find(|pixel| **pixel > most) {
            let what = format!("a pixel of {value}; expected at most {most}, the largest pixel");
            return Err(Problem::Form(what));
        }
        if images.is_empty() {
            return Err(Problem::Form("no images".to_owned()));
        }
        let memory = images.memory() + memory;
        let labels = labels.map(|labels| {
            let mut builder = LabelsBuilder::default();
            let is_kept = |(row, label): (usize, &String)| builder.push(label.as_bytes(), row + 1);
            let all = labels.iter().enumerate().all(is_kept);
            all.then(|| builder.finish())
                .ok_or_else(|| Problem::Form("more than 1000 different labels".to_owned()))
        });
        let mut form = Form::default();
        form.add("format", format);
        notes.into_iter().for_each(|note| form.note("converted", note));
        Ok(ImageSet {
            path: path.to_owned(),
            size,
            pixel_max: self.pixel_max,
            images,
            labels: labels.transpose()?,
            ids,
            scale: Scale::Whole,
            form,
            sha256: sha256(path).map_err(Problem::Open)?,
            memory,
        })
    }
}

/// The checksum of the files of a path: their names, seen from it, and their bytes.
fn sha256(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    for file in read::files(&ReadOptions::default(), path) {
        let name = file.strip_prefix(path).unwrap_or(Path::new(""));
        hash.update(name.as_os_str().as_encoded_bytes());
        let mut file = BufReader::with_capacity(BLOCK, File::open(&file)?);
        loop {
            let block = file.fill_buf()?;
            if block.is_empty() {
                break;
            }
            hash.update(block);
            let count = block.len();
            file.consume(count);
        }
    }
    Ok(hex::encode(hash.finalize()))
}

/// Why images could not be imported. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The images cannot be used.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// They cannot be kept.
    #[error(transparent)]
    Cache(#[from] FileError),
}
