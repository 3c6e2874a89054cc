//! Writes photographs and scans as rows of a CSV, for `cargo xtask predict`. It is a program of its
//! own because only `predict` needs decoders for pictures.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use data::ImageSize;
use host::{FileError, flags, write_whole};
use photo::{PhotoError, original};

/// Turns photographs and scans of digits into rows of pixels like those of MNIST.
#[derive(Parser)]
#[command(name = "photo", version)]
struct Arguments {
    /// Width and height of the images
    #[arg(long, value_name = "WxH", default_value_t = ImageSize::MNIST)]
    image: ImageSize,
    /// Read pages of numbers, instead of pictures of one digit each
    #[arg(long, conflicts_with = "originals")]
    number: bool,
    /// CSV to write
    #[arg(long, value_name = "CSV")]
    out: PathBuf,
    /// File to write small grey copies of these pictures to, 112x112 bytes each
    #[arg(long, value_name = "FILE")]
    originals: Option<PathBuf>,
    /// Pictures as PNG, JPEG, WebP, BMP, GIF or TIFF
    #[arg(required = true)]
    pictures: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let arguments: Arguments = match flags::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code.into(),
    };
    match write(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            host::errln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the rows of what can be read, and prints the place of each: that of its picture in the
/// arguments, from 0, and on a page the line, from 1. Returns whether all could be read.
fn write(arguments: &Arguments) -> Result<bool, FileError> {
    let (mut rows, mut places, mut originals) = (String::new(), Vec::new(), Vec::new());
    let mut is_whole = true;
    for (picture, path) in arguments.pictures.iter().enumerate() {
        for (line, image) in images(path, arguments) {
            match image {
                Ok(pixels) => {
                    let row = pixels.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
                    rows += &format!("{row}\n");
                    places.push(format!("{picture}{line}"));
                    if arguments.originals.is_some() {
                        // It has just been read: only the disk could fail.
                        let copy = original::copy(path);
                        originals.extend(copy.unwrap_or_else(|_| original::EMPTY.to_vec()));
                    }
                }
                Err(error) => {
                    host::errln!("error: {error}");
                    is_whole = false;
                }
            }
        }
    }
    write_whole(&arguments.out, rows.as_bytes())?;
    if let Some(path) = &arguments.originals {
        write_whole(path, &originals)?;
    }
    places.iter().for_each(|place| host::outln!("{place}"));
    Ok(is_whole)
}

/// The image of a picture, or those of a page, with the number of the line.
fn images(path: &Path, arguments: &Arguments) -> Vec<(String, Result<Vec<u8>, PhotoError>)> {
    if !arguments.number {
        return vec![(String::new(), photo::read(path, arguments.image))];
    }
    let lines = photo::read_page(path, arguments.image).unwrap_or_else(|error| vec![Err(error)]);
    let digits = |(line, digits): (usize, photo::Line)| {
        let digits = match digits {
            Ok(digits) => digits.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        digits.into_iter().map(move |digit| (format!(" {line}"), digit))
    };
    (1..).zip(lines).flat_map(digits).collect()
}
