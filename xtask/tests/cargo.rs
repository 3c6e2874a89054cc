//! How `cargo xtask` starts cargo, and how it ends when nobody reads what it prints.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]
#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

fn xtask() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap());
    command
}

#[test]
fn cargo_does_not_see_what_it_has_set_for_xtask() {
    let folder = tempfile::tempdir().unwrap();
    let (cargo, seen) = (folder.path().join("cargo"), folder.path().join("seen"));
    fs::write(&cargo, format!("#!/bin/sh\nenv > {}\n", seen.display())).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let manifest = env!("CARGO_MANIFEST_DIR");
    let status = xtask()
        .arg("test")
        .env("CARGO", &cargo)
        .envs([
            ("CARGO_PKG_NAME", "xtask"),
            ("CARGO_MANIFEST_DIR", manifest),
            ("CARGO_HOME", "/nonexistent"),
            ("CARGO_TARGET_DIR", "built/here"),
        ])
        .current_dir(folder.path())
        .status()
        .unwrap();
    assert!(status.success());
    let seen = fs::read_to_string(seen).unwrap();
    assert!(!seen.contains("CARGO_PKG_") && !seen.contains("CARGO_MANIFEST_"), "{seen}");
    assert!(seen.contains("CARGO_HOME=/nonexistent"), "{seen}");
    // Cargo's working directory is the workspace; the user's was another.
    let target = folder.path().canonicalize().unwrap().join("built/here");
    assert!(seen.contains(&format!("CARGO_TARGET_DIR={}\n", target.display())), "{seen}");
}

#[test]
fn a_reader_that_is_gone_and_a_full_disk_are_no_panic() {
    for arguments in [
        &["data"][..],
        &["data", "check", "data/mnist_test.csv.gz"],
        &["--help"],
        &["data", "--help"],
    ] {
        let mut child =
            xtask().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop((child.stdout.take(), child.stderr.take()));
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
        let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else { continue };
        let output = xtask().args(arguments).stdout(full).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        let expected = "error: standard output: No space left on device (os error 28)\n";
        assert_eq!((&*told, output.status.code()), (expected, Some(1)), "{arguments:?}");
    }
}
