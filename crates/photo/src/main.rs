//! Writes photographs and scans as rows of a CSV, for `cargo xtask predict`. It is a program of its
//! own because only `predict` needs decoders for pictures.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use data::ImageSize;
use host::{flags, write_whole};

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
    /// Pictures as PNG, JPEG, WebP or BMP
    #[arg(required = true)]
    pictures: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let arguments: Arguments = match flags::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code.into(),
    };
    match write(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            host::errln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn write(arguments: &Arguments) -> Result<(), String> {
    let mut rows = String::new();
    for picture in &arguments.pictures {
        let pixels = photo::read(picture, arguments.image).map_err(|error| error.to_string())?;
        let row = pixels.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
        rows += &format!("{row}\n");
    }
    write_whole(&arguments.out, rows.as_bytes()).map_err(|error| error.to_string())
}
