//! Imports a data set into the cache, for `cargo xtask`. It is a program of its own because only
//! these forms need decoders of pictures and Parquet.

use std::{fs, path::PathBuf, process::ExitCode};

use clap::Parser;
use data::ReadOptions;
use host::{FileError, flags};

/// Imports a folder of pictures or a Parquet file into the cache of parsed images.
#[derive(Parser)]
#[command(name = "import", version)]
struct Arguments {
    /// Folder of pictures or Parquet file
    data: PathBuf,
    /// JSON file with the format of the images
    #[arg(long, value_name = "FILE")]
    options: PathBuf,
    /// Cache of parsed images
    #[arg(long, value_name = "DIR")]
    cache: PathBuf,
}

fn main() -> ExitCode {
    let arguments: Arguments = match flags::parse() {
        Ok(arguments) => arguments,
        Err(code) => return code.into(),
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            host::errln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let Arguments { data, options, cache } = arguments;
    let text = fs::read(options).map_err(FileError::at(options))?;
    let options: ReadOptions = serde_json::from_slice(&text)?;
    Ok(import::import(data, &options, cache)?)
}
