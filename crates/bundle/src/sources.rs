//! The files of the workspace to hand in: those that git tracks, or without git those that it would
//! not ignore, except secrets.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

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
    /// A line for each file that git does not ignore and that was left out.
    pub left_out: Vec<String>,
}

/// The files of this workspace.
///
/// # Errors
/// One line: a file cannot be read.
pub fn of(workspace: &Path) -> Result<Sources, String> {
    let tracked = tracked(workspace);
    let mut sources = Sources::default();
    for path in not_ignored(workspace)? {
        let name = archive::name(&path, workspace);
        if looks_like_a_secret(&path) {
            sources.left_out.push(format!("{name}: looks like a secret"));
        } else if tracked.as_ref().is_some_and(|tracked| !tracked.contains(&path)) {
            sources.left_out.push(format!("{name}: git does not track it"));
        } else {
            sources.files.insert(name, read(&path)?);
        }
    }
    Ok(sources)
}

/// The files that git tracks; none without git, or if the workspace is no repository of its own.
fn tracked(workspace: &Path) -> Option<BTreeSet<PathBuf>> {
    if !workspace.join(".git").exists() {
        return None;
    }
    let mut git = Command::new("git");
    let listed =
        git.args(["ls-files", "-z"]).current_dir(workspace).stderr(Stdio::null()).output().ok()?;
    let names = listed.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    let path = |name| Some(workspace.join(std::str::from_utf8(name).ok()?));
    listed.status.success().then(|| names.filter_map(path).collect())
}

fn not_ignored(workspace: &Path) -> Result<Vec<PathBuf>, String> {
    let walk = WalkBuilder::new(workspace)
        .hidden(false)
        .parents(false)
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
