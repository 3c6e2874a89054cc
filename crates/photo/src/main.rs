//! Writes photographs and scans as rows of a CSV, for `cargo xtask predict`. It is a program of its
//! own because only `predict` needs decoders for pictures.

use std::{path::PathBuf, process::ExitCode};

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
    #[arg(long)]
    number: bool,
    /// CSV to write
    #[arg(long, value_name = "CSV")]
    out: PathBuf,
    /// File to write small grey copies of these pictures to, 112x112 bytes each
    #[arg(long, value_name = "FILE", conflicts_with = "number")]
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

/// Writes the rows of what can be read, and prints their places. Returns whether all could be read.
fn write(arguments: &Arguments) -> Result<bool, FileError> {
    let mut originals = Vec::new();
    let mut read = Read { rows: String::new(), places: Vec::new(), is_whole: true };
    for (place, picture) in arguments.pictures.iter().enumerate() {
        if arguments.number {
            read.page(place, photo::read_page(picture, arguments.image));
        } else {
            let pixels = photo::read(picture, arguments.image);
            if pixels.is_ok() && arguments.originals.is_some() {
                // It has just been read: only the disk could fail.
                let copy = original::copy(picture);
                originals.extend(copy.unwrap_or_else(|_| original::EMPTY.to_vec()));
            }
            read.row(place.to_string(), pixels);
        }
    }
    write_whole(&arguments.out, read.rows.as_bytes())?;
    if let Some(path) = &arguments.originals {
        write_whole(path, &originals)?;
    }
    read.places.iter().for_each(|place| host::outln!("{place}"));
    Ok(read.is_whole)
}

/// The rows of a CSV. A row's place is that of its picture in the arguments, from 0; on a page, the
/// line follows, from 1.
struct Read {
    rows: String,
    places: Vec<String>,
    is_whole: bool,
}

impl Read {
    fn page(&mut self, place: usize, lines: Result<Vec<photo::Line>, PhotoError>) {
        let lines = lines.unwrap_or_else(|error| vec![Err(error)]);
        for (line, digits) in (1..).zip(lines) {
            match digits {
                Ok(digits) => {
                    digits
                        .into_iter()
                        .for_each(|digit| self.row(format!("{place} {line}"), Ok(digit)));
                }
                Err(error) => self.row(String::new(), Err(error)),
            }
        }
    }

    fn row(&mut self, place: String, pixels: Result<Vec<u8>, PhotoError>) {
        match pixels {
            Ok(pixels) => {
                let row = pixels.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
                self.rows += &format!("{row}\n");
                self.places.push(place);
            }
            Err(error) => {
                host::errln!("error: {error}");
                self.is_whole = false;
            }
        }
    }
}
