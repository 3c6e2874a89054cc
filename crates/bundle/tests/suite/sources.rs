//! Which files of a workspace are handed in.

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

/// The names of the packed files.
fn names(sources: &sources::Sources) -> Vec<&str> {
    sources.files.keys().map(String::as_str).collect()
}

#[test]
fn what_git_tracks_is_handed_in_and_nothing_else() {
    let folder = workspace();
    git(folder.path(), &["init"]);
    // A secret that was committed by mistake stays here all the same.
    git(folder.path(), &["add", ".gitignore", "src", "kaggle.json"]);
    let sources = sources::of(folder.path()).unwrap();
    assert_eq!(names(&sources), [".gitignore", "src/credentials.rs", "src/main.rs"]);
    assert_eq!(
        sources.notes,
        [
            "not packed: kaggle.json: looks like a secret",
            "not packed: .env: git does not track it",
            "not packed: keys/server.pem: git does not track it",
            "not packed: notes.txt: git does not track it",
        ]
    );
}

#[test]
fn a_tracked_file_is_handed_in_whatever_a_machine_ignores() {
    let folder = workspace();
    git(folder.path(), &["init"]);
    git(folder.path(), &["add", ".gitignore", "src"]);
    fs::write(folder.path().join(".git/info/exclude"), "*.rs\nnotes.txt\n").unwrap();
    fs::remove_file(folder.path().join("src/main.rs")).unwrap();
    let sources = sources::of(folder.path()).unwrap();
    assert_eq!(names(&sources), [".gitignore", "src/credentials.rs"]);
    assert!(sources.notes.contains(&"not packed: src/main.rs: not a regular file".to_owned()));
}

#[test]
fn where_git_fails_a_line_says_what_was_packed_instead() {
    let folder = workspace();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let sources = sources::of(folder.path()).unwrap();
    assert_eq!(names(&sources), [".gitignore", "notes.txt", "src/credentials.rs", "src/main.rs"]);
    let [note, ..] = &sources.notes[..] else { panic!("no note") };
    assert!(note.ends_with("also those that git does not track"), "{note}");
}

#[test]
fn without_a_repository_it_is_what_gitignore_does_not_exclude() {
    let folder = workspace();
    let sources = sources::of(folder.path()).unwrap();
    assert_eq!(names(&sources), [".gitignore", "notes.txt", "src/credentials.rs", "src/main.rs"]);
    assert_eq!(
        sources.notes[0],
        "the workspace is no git repository: packed all files that .gitignore does not exclude, \
         also those that git does not track"
    );
    assert_eq!(sources.notes.len(), 4);
}

#[test]
fn the_repository_around_a_workspace_is_not_asked() {
    let folder = workspace();
    let around = tempfile::tempdir().unwrap();
    git(around.path(), &["init"]);
    let inside = around.path().join("inside");
    fs::rename(folder.path(), &inside).unwrap();
    let names = |folder: &Path| sources::of(folder).unwrap().files.len();
    assert_eq!(names(&inside), 4);
}
