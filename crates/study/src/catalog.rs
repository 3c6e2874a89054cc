//! The experiments of a folder.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use host::FileError;
use toml::{Table, Value};

use crate::{Experiment, ExperimentError, Overrides, Trial};

/// The reason why the experiments of a folder cannot be read. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The folder cannot be read.
    #[error(transparent)]
    Folder(#[from] FileError),
    /// The folder has no experiment.
    #[error("{}: no experiments here; expected a TOML file with a table [vary]", .0.display())]
    Empty(PathBuf),
    /// The name of an experiment is not valid Unicode.
    #[error("{0:?}: expected a file name in valid Unicode for an experiment")]
    Name(PathBuf),
    /// The folder has no experiment that runs without being named.
    #[error(
        "{}: every experiment here is only_by_name; name one of {}",
        folder.display(),
        known.join(", ")
    )]
    OnlyByName {
        /// The folder.
        folder: PathBuf,
        /// The names of the experiments in it.
        known: Vec<String>,
    },
    /// No file has this name.
    #[error("no experiment {name:?}; expected one of {}", known.join(", "))]
    Unknown {
        /// The name given.
        name: String,
        /// The names of the experiments in the folder.
        known: Vec<String>,
    },
    /// An experiment cannot be run.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
}

/// Reads the experiments of these names, each once, and checks every run of them. Without names, it
/// reads all experiments of the folder except those with `only_by_name`.
///
/// # Errors
/// The folder cannot be read, a name is unknown, or a run would be impossible.
pub fn read(
    folder: &Path,
    names: &[String],
    overrides: &Overrides,
) -> Result<Vec<Experiment<Trial>>, CatalogError> {
    let entries = list(folder)?;
    if entries.is_empty() {
        return Err(CatalogError::Empty(folder.to_owned()));
    }
    let known = || entries.iter().map(|entry| entry.name.clone()).collect();
    if let Some(name) = names.iter().find(|name| entries.iter().all(|entry| entry.name != **name)) {
        return Err(CatalogError::Unknown { name: name.clone(), known: known() });
    }
    if names.is_empty() && entries.iter().all(|entry| entry.only_by_name) {
        return Err(CatalogError::OnlyByName { folder: folder.to_owned(), known: known() });
    }
    let usual = entries.into_iter().filter(|entry| !entry.only_by_name).map(|entry| entry.name);
    let mut chosen: Vec<String> = Vec::new();
    for name in if names.is_empty() { usual.collect() } else { names.to_vec() } {
        if !chosen.contains(&name) {
            chosen.push(name);
        }
    }
    let read = |name: &String| Experiment::read(&folder.join(format!("{name}.toml")), overrides);
    Ok(chosen.iter().map(read).collect::<Result<_, _>>()?)
}

/// An experiment of the folder.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    order: i64,
    name: String,
    only_by_name: bool,
}

/// The experiments in a folder, by `order`, then by name. Hidden files, which editors and macOS
/// leave, are left out, and so are descriptions of single runs, which vary nothing.
fn list(folder: &Path) -> Result<Vec<Entry>, CatalogError> {
    let mut entries = Vec::new();
    for file in fs::read_dir(folder).map_err(FileError::at(folder))? {
        let path = file.map_err(FileError::at(folder))?.path();
        let is_hidden = path.file_name().is_some_and(|n| n.as_encoded_bytes().starts_with(b"."));
        if is_hidden || path.extension() != Some("toml".as_ref()) {
            continue;
        }
        let text = fs::read_to_string(&path).ok();
        let table = text.and_then(|text| toml::from_str::<Table>(&text).ok());
        // A damaged file is listed: reading it as an experiment explains the damage.
        let field = |name: &str| table.as_ref().and_then(|table| table.get(name));
        if table.is_none() || field("vary").is_some() {
            let name = path.file_stem().and_then(OsStr::to_str);
            entries.push(Entry {
                order: field("order").and_then(Value::as_integer).unwrap_or(i64::MAX),
                name: name.ok_or_else(|| CatalogError::Name(path.clone()))?.to_owned(),
                only_by_name: field("only_by_name").and_then(Value::as_bool).unwrap_or(false),
            });
        }
    }
    entries.sort_unstable();
    Ok(entries)
}
