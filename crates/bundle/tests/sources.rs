//! Which files of a workspace are handed in.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::{fs, path::Path, process::Command};

use bundle::sources;
use tempfile::TempDir;

/// A workspace with an ignored file, secrets, notes, and sources.
fn workspace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        (".gitignore", "/target/\n"),
        ("target/big", "x"),
        ("src/main.rs", "fn main() {}"),
        ("src/credentials.rs", "pub struct Credentials;"),
        ("notes.txt", "ask for more time"),
        (".env", "TOKEN=1"),
        ("keys/server.pem", "-----BEGIN PRIVATE KEY-----"),
        ("kaggle.json", "{}"),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn git(folder: &Path, arguments: &[&str]) {
    assert!(
        Command::new("git").current_dir(folder).args(arguments).output().unwrap().status.success()
    );
}

#[test]
fn what_git_tracks_is_handed_in_and_nothing_else() {
    let folder = workspace();
    git(folder.path(), &["init"]);
    // A secret that was committed by mistake stays here all the same.
    git(folder.path(), &["add", ".gitignore", "src", "kaggle.json"]);
    let sources = sources::of(folder.path()).unwrap();
    let names: Vec<&str> = sources.files.keys().map(String::as_str).collect();
    assert_eq!(names, [".gitignore", "src/credentials.rs", "src/main.rs"]);
    assert_eq!(
        sources.left_out,
        [
            ".env: looks like a secret",
            "kaggle.json: looks like a secret",
            "keys/server.pem: looks like a secret",
            "notes.txt: git does not track it",
        ]
    );
}

#[test]
fn without_git_it_is_what_git_would_not_ignore() {
    let folder = workspace();
    let sources = sources::of(folder.path()).unwrap();
    let names: Vec<&str> = sources.files.keys().map(String::as_str).collect();
    assert_eq!(names, [".gitignore", "notes.txt", "src/credentials.rs", "src/main.rs"]);
    assert_eq!(sources.left_out.len(), 3);
}
