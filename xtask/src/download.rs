//! Builds and starts `kaggle`, the program for downloads. It is a program of its own because only
//! downloads need TLS.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use data::inspect::find;
use kaggle::KaggleFlags;

use crate::{
    cargo, program,
    usage::{OrUsage, UsageError},
};

/// The value of `--data` for Kaggle's files.
const NAME: &str = "kaggle";

/// The file of the labelled digits, if `data` is `kaggle`.
pub fn train_file(data: Option<&Path>) -> Option<PathBuf> {
    meant(data, &KaggleFlags::default())
}

/// The file of the unlabelled digits, if `data` is `kaggle`.
pub fn test_file(data: Option<&Path>) -> Option<PathBuf> {
    meant(data, &KaggleFlags::test())
}

fn meant(data: Option<&Path>, flags: &KaggleFlags) -> Option<PathBuf> {
    let is_kaggle = data == Some(Path::new(NAME)) && !Path::new(NAME).exists();
    if is_kaggle { file(flags).ok()? } else { None }
}

/// Downloads the file of [`train_file`], unless it exists, and returns the exit code.
///
/// # Errors
/// The program does not compile.
pub fn fetch_train_file(file: &Path) -> anyhow::Result<u8> {
    if file.is_file() { Ok(0) } else { download(&KaggleFlags::default()) }
}

/// Downloads the file of [`test_file`], unless it exists, and returns the exit code.
///
/// # Errors
/// The program does not compile.
pub fn fetch_test_file(file: &Path) -> anyhow::Result<u8> {
    if file.is_file() { Ok(0) } else { download(&KaggleFlags::test()) }
}

/// Downloads, and returns the exit code.
///
/// # Errors
/// A name is invalid on Kaggle, or the program does not compile.
pub fn download(flags: &KaggleFlags) -> anyhow::Result<u8> {
    flags.source().or_usage()?;
    cargo::run(Command::new(program::other("kaggle")?).args(flags.to_arguments()))
}

/// The files that these flags downloaded.
///
/// # Errors
/// The folder cannot be read.
pub fn files(flags: &KaggleFlags) -> anyhow::Result<Vec<PathBuf>> {
    Ok(match file(flags)? {
        Some(file) => vec![file],
        None => find(&flags.out.join(flags.source().or_usage()?.folder()))?,
    })
}

/// The file that these flags name, unless it is a whole data set.
fn file(flags: &KaggleFlags) -> Result<Option<PathBuf>, UsageError> {
    let source = flags.source().or_usage()?;
    Ok(source.file().map(|file| flags.out.join(source.folder()).join(file)))
}
