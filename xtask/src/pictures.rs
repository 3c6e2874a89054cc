//! Pictures of one digit each, and pages of numbers, as images for a network: the program `photo`
//! reads them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use data::{ImageSet, ImageSize, LabelColumn, ReadOptions};
use host::{
    FileError,
    progress::{self, ProgressBar},
};
use report::evaluation::of_pictures::Original;
use run::Rows;
use tempfile::TempDir;

use crate::{
    cargo,
    network::{self, Network},
    program,
};

/// Pictures for one start of the program: few enough for a command line, and for a bar that moves.
const AT_ONCE: usize = 100;

/// What pictures show, and what of them is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// One digit each.
    Digits,
    /// One digit each; small copies of the pictures are wanted, too.
    DigitsAndCopies,
    /// Numbers, in lines.
    Numbers,
}

/// The images of the pictures that could be read.
pub struct Pictures {
    /// The places of these pictures among all, in ascending order.
    pub places: Vec<usize>,
    /// The line of each digit on its page, from 1; nothing for pictures of one digit.
    pub lines: Vec<usize>,
    /// The exit code: 1 if a file is no picture or shows no digit, which has been reported.
    pub code: u8,
    /// Width and height of the images.
    pub size: ImageSize,
    data: PathBuf,
    options: ReadOptions,
    /// Small copies of the pictures, one after the other.
    originals: Vec<u8>,
    /// Holds the data.
    _folder: TempDir,
}

impl Pictures {
    /// Reads pictures for a network.
    ///
    /// # Errors
    /// The program does not compile, or the disk fails.
    pub fn read(pictures: &[PathBuf], network: &Network, content: Content) -> anyhow::Result<Self> {
        let folder = network::temporary()?;
        let [data, copies] = ["pictures.csv", "originals"].map(|name| folder.path().join(name));
        let size = network.size()?;
        let options = ReadOptions {
            image: Some(size),
            label_column: Some(LabelColumn::None),
            invert: network.is_dark_on_light(),
            ..ReadOptions::default()
        };
        let (mut rows, mut originals, mut code) = (Vec::new(), Vec::new(), 0);
        let (mut places, mut lines) = (Vec::new(), Vec::new());
        let program = program::other("photo")?;
        let bar = (pictures.len() > AT_ONCE).then(|| {
            let text = "{pos} of {len} pictures  {eta} left";
            progress::bar(Some(pictures.len() as u64), text)
        });
        let bar = bar.flatten();
        for (part, pictures) in pictures.chunks(AT_ONCE).enumerate() {
            let mut photo = Command::new(&program);
            photo.args(["--image", &size.to_string(), "--out"]).arg(&data);
            match content {
                Content::Digits => &mut photo,
                Content::DigitsAndCopies => photo.arg("--originals").arg(&copies),
                Content::Numbers => photo.arg("--number"),
            };
            let (code_of_part, read) = cargo::output(photo.arg("--").args(pictures))?;
            code = code.max(code_of_part);
            for row in read.lines() {
                let mut numbers = row.split(' ').filter_map(|number| number.parse::<usize>().ok());
                places.extend(numbers.next().map(|place| part * AT_ONCE + place));
                lines.extend(numbers.next());
            }
            rows.extend(taken(&data)?);
            originals.extend(taken(&copies)?);
            bar.iter().for_each(|bar| bar.inc(pictures.len() as u64));
        }
        bar.iter().for_each(ProgressBar::finish_and_clear);
        fs::write(&data, &rows).map_err(FileError::at(&data))?;
        Ok(Self { places, lines, code, size, data, options, originals, _folder: folder })
    }

    /// The images in a request to the trainer.
    pub fn rows(&self) -> Rows {
        Rows::All { data: self.data.clone(), options: self.options.clone() }
    }

    /// The copies of the pictures that could be read, if they were asked for.
    pub fn originals(&self) -> impl Iterator<Item = Original> {
        let copies = self.originals.chunks_exact(Original::SIDE * Original::SIDE);
        copies.map(|copy| Original(copy.to_vec()))
    }

    /// The images as the network gets them, at least one.
    ///
    /// # Errors
    /// The disk failed.
    pub fn images(&self) -> anyhow::Result<ImageSet> {
        Ok(self.options.read(&self.data)?)
    }
}

/// The content of a file, which is then removed; nothing without the file.
fn taken(path: &Path) -> Result<Vec<u8>, FileError> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let content = fs::read(path).map_err(FileError::at(path))?;
    fs::remove_file(path).map_err(FileError::at(path))?;
    Ok(content)
}

/// The endings of pictures, in lower case.
pub const ENDINGS: [&str; 9] = ["bmp", "gif", "jpeg", "jpg", "jfif", "png", "tif", "tiff", "webp"];

/// Whether a file has the ending of a picture.
pub fn is_picture(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) && path.is_file()
}
