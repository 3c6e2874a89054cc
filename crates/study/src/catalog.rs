//! The experiments of a folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::Value;

use crate::{Experiment, ExperimentError, Overrides, Trial};

/// Why there is no such experiment. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The folder cannot be read.
    #[error("{}: {reason}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// The folder holds none.
    #[error("{}: no experiments here; expected a TOML file with a table [vary]", .0.display())]
    Empty(PathBuf),
    /// No file has this name.
    #[error("no experiment {name:?}; there are {}", known.join(", "))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// An experiment cannot be run.
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
}

/// What tells an experiment from the description of a single run, and its place among the others.
#[derive(Deserialize)]
struct Head {
    vary: Option<Value>,
    order: Option<i64>,
    #[serde(default)]
    only_by_name: bool,
}

/// An experiment that is in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name of its file, without the ending.
    pub name: String,
    /// Whether it is left out unless somebody names it.
    pub only_by_name: bool,
}

/// Reads the experiments of these names, or if none is named, all of the folder but those that want
/// to be named, and checks every run of them.
///
/// # Errors
/// The folder cannot be read, a name is unknown, or a run would be impossible.
pub fn read(
    folder: &Path,
    names: &[String],
    overrides: &Overrides,
) -> Result<Vec<Experiment<Trial>>, CatalogError> {
    let known = list(folder)
        .map_err(|reason| CatalogError::Folder { folder: folder.to_owned(), reason })?;
    if known.is_empty() {
        return Err(CatalogError::Empty(folder.to_owned()));
    }
    if let Some(name) = names.iter().find(|name| known.iter().all(|entry| entry.name != **name)) {
        let known = known.into_iter().map(|entry| entry.name).collect();
        return Err(CatalogError::Unknown { name: name.clone(), known });
    }
    let usual = known.into_iter().filter(|entry| !entry.only_by_name).map(|entry| entry.name);
    let chosen = if names.is_empty() { usual.collect() } else { names.to_vec() };
    let read = |name: &String| Experiment::read(&folder.join(format!("{name}.toml")), overrides);
    Ok(chosen.iter().map(read).collect::<Result<_, _>>()?)
}

/// The experiments in a folder, by the `order` that their files give, then by name. Files that vary
/// nothing describe single runs, and are left out as hidden files are.
///
/// # Errors
/// The folder cannot be read.
pub fn list(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // Editors and macOS leave hidden files beside others.
        let is_hidden =
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if is_hidden || path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        // What cannot be read, or is no TOML, is listed: whoever reads it gets to know what is
        // wrong with it.
        let head =
            fs::read_to_string(&path).ok().and_then(|text| toml::from_str::<Head>(&text).ok());
        let (order, only_by_name) = match head {
            Some(Head { vary: None, .. }) => continue,
            Some(Head { order, only_by_name, .. }) => (order, only_by_name),
            None => (None, false),
        };
        let name =
            path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        found.push((order.unwrap_or(i64::MAX), Entry { name, only_by_name }));
    }
    found.sort_by(|a, b| (a.0, &a.1.name).cmp(&(b.0, &b.1.name)));
    Ok(found.into_iter().map(|(_, entry)| entry).collect())
}
