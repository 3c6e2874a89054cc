//! `cargo xtask bench` on real files and with real processes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn bench(flags: &[&str], out: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("bench")
        .args(flags)
        .arg("--out")
        .arg(out)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_was_measured_is_told_and_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("bench");
    let output = bench(&["csv", "start", "--rounds", "1"], &out);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let (told, written) =
        (text(&output.stdout), fs::read_to_string(out.join("results.txt")).unwrap());
    assert!(told.starts_with(&written), "{told}\n{written}");
    for expected in
        ["measured once", "crates/data", "cargo xtask train, to its first step", "Burn 0."]
    {
        assert!(written.contains(expected), "{expected}: {written}");
    }
    let csv = fs::read_to_string(out.join("results.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + 4, "{csv}");
    for line in csv.lines().skip(1) {
        let seconds: f64 = line.split(',').nth(6).unwrap().parse().unwrap();
        assert!(seconds > 0.0, "{line}");
    }
}

/// Stands where a Python without pandas would.
#[test]
#[cfg(unix)]
fn a_python_that_lacks_something_says_so() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let python = folder.path().join("python");
    fs::write(
        &python,
        "#!/bin/sh\necho 'Traceback' >&2\necho \"ModuleNotFoundError: No module named 'x'\" \
         >&2\nexit 1\n",
    )
    .unwrap();
    fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
    for (part, expected) in [
        ("csv", "python read_csv.py: ModuleNotFoundError: No module named 'x'\n"),
        (
            "study",
            "neither PyTorch nor JAX can be had with this Python (ModuleNotFoundError: No module \
             named 'x'); ",
        ),
    ] {
        let output =
            bench(&[part, "--peers", python.to_str().unwrap()], &folder.path().join("bench"));
        assert_eq!(output.status.code(), Some(1));
        let told = text(&output.stderr);
        assert!(
            told.lines().any(|line| line.starts_with("error: ")) && told.contains(expected),
            "{told}"
        );
    }
}
