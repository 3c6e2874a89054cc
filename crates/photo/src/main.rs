//! Writes photographs and scans as rows of a CSV, for `cargo xtask predict`. It is a program of its
//! own because only `predict` needs decoders for pictures.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use data::ImageSize;
use host::{FileError, flags, write_whole};
use photo::original;

/// Turns photographs and scans of one digit each into rows of pixels like those of MNIST.
#[derive(Parser)]
#[command(name = "photo", version)]
struct Arguments {
    /// Width and height of the images
    #[arg(long, value_name = "WxH", default_value_t = ImageSize::MNIST)]
    image: ImageSize,
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

/// Writes the rows of the pictures that can be read, and prints the place of each of these pictures
/// in the arguments, from 0. Returns whether all could be read.
fn write(arguments: &Arguments) -> Result<bool, FileError> {
    let (mut rows, mut read, mut originals) = (String::new(), Vec::new(), Vec::new());
    for (place, picture) in arguments.pictures.iter().enumerate() {
        match photo::read(picture, arguments.image) {
            Ok(pixels) => {
                let row = pixels.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
                rows += &format!("{row}\n");
                read.push(place);
                if arguments.originals.is_some() {
                    // It has just been read: only the disk could fail.
                    let copy = original::copy(picture);
                    originals.extend(copy.unwrap_or_else(|_| original::EMPTY.to_vec()));
                }
            }
            Err(error) => host::errln!("error: {error}"),
        }
    }
    write_whole(&arguments.out, rows.as_bytes())?;
    if let Some(path) = &arguments.originals {
        write_whole(path, &originals)?;
    }
    read.iter().for_each(|place| host::outln!("{place}"));
    Ok(read.len() == arguments.pictures.len())
}
