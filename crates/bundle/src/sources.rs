//! The files of the workspace to hand in: those that git tracks, or without git those that
//! `.gitignore` does not exclude, except secrets.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use host::git;
use ignore::WalkBuilder;

use crate::{
    archive::{self, Files},
    in_a_line, read,
};

/// The files to hand in, and those left out.
#[derive(Debug, Default)]
pub struct Sources {
    /// The files to hand in.
    pub files: Files,
    /// A line for each file that was left out, except ignored ones; and one if git did not list
    /// them.
    pub notes: Vec<String>,
}

/// The files of this workspace.
///
/// # Errors
/// One line: a file cannot be read.
pub fn of(workspace: &Path) -> Result<Sources, String> {
    let mut sources = Sources::default();
    let listed = match git::is_repository(workspace) {
        true => in_repository(workspace),
        false => Err("the workspace is no git repository".to_owned()),
    };
    let (packed, untracked) = match listed {
        Ok(listed) => listed,
        Err(reason) => {
            sources.notes.push(format!(
                "{reason}: packed all files that .gitignore does not exclude, also those that git \
                 does not track"
            ));
            (not_ignored(workspace)?, Vec::new())
        }
    };
    for path in packed {
        let name = archive::name(&path, workspace);
        if looks_like_a_secret(&path) {
            sources.notes.push(format!("not packed: {name}: looks like a secret"));
        } else if path.is_symlink() || !path.is_file() {
            sources.notes.push(format!("not packed: {name}: not a regular file"));
        } else {
            sources.files.insert(name, read(&path)?);
        }
    }
    for path in untracked {
        let name = archive::name(&path, workspace);
        sources.notes.push(format!("not packed: {name}: git does not track it"));
    }
    Ok(sources)
}

/// The files that git tracks, whatever it is told to ignore, and those that it neither tracks nor
/// ignores.
fn in_repository(workspace: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), String> {
    let list = |arguments: &[&str]| -> Result<Vec<PathBuf>, String> {
        let names = git::read(workspace, &[&["ls-files", "-z"], arguments].concat())?;
        let names = names.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        let path = |name: &[u8]| workspace.join(String::from_utf8_lossy(name).as_ref());
        Ok(names.map(path).collect())
    };
    Ok((list(&["--cached"])?, list(&["--others", "--exclude-standard"])?))
}

fn not_ignored(workspace: &Path) -> Result<Vec<PathBuf>, String> {
    let walk = WalkBuilder::new(workspace)
        .hidden(false)
        .parents(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != OsStr::new(".git"))
        .sort_by_file_path(Ord::cmp)
        .build();
    let mut files = Vec::new();
    for entry in walk {
        let entry = entry.map_err(in_a_line)?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// Whether the name is common for files of passwords, tokens or private keys.
fn looks_like_a_secret(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_public = name.ends_with(".pub") || name.ends_with(".example");
    let named = [
        "kaggle.json",
        "access_token",
        "credentials",
        "credentials.json",
        ".netrc",
        ".npmrc",
        ".pypirc",
    ];
    let begins = [".env", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"];
    let ends = [".pem", ".key", ".p12", ".pfx", ".kdbx"];
    let is_named = named.contains(&name.as_str())
        || begins.iter().any(|begin| name.starts_with(begin))
        || ends.iter().any(|end| name.ends_with(end));
    is_named && !is_public
}
