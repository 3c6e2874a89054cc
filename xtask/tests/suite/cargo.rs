//! How `cargo xtask` starts cargo, and how it ends when nobody reads what it prints.

#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
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
            ("CARGO_BUILD_TARGET_DIR", "built/there"),
        ])
        .current_dir(folder.path())
        .status()
        .unwrap();
    assert!(status.success());
    let seen = fs::read_to_string(seen).unwrap();
    assert!(!seen.contains("CARGO_PKG_") && !seen.contains("CARGO_MANIFEST_"), "{seen}");
    assert!(seen.contains("CARGO_HOME=/nonexistent"), "{seen}");
    // Cargo's working directory is the workspace; the user's was another.
    let user = folder.path().canonicalize().unwrap();
    for (name, target) in [("TARGET_DIR", "built/here"), ("BUILD_TARGET_DIR", "built/there")] {
        let target = user.join(target);
        assert!(seen.contains(&format!("CARGO_{name}={}\n", target.display())), "{seen}");
    }
}

#[test]
fn a_build_ends_when_a_stop_is_requested() {
    let folder = tempfile::tempdir().unwrap();
    let [cargo, id, run] = ["cargo", "id", "run"].map(|name| folder.path().join(name));
    let script =
        format!("#!/bin/sh\necho $$ > {0}.new; mv {0}.new {0}\nexec sleep 600\n", id.display());
    fs::write(&cargo, script).unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    for signal in ["-TERM", "-HUP"] {
        let mut train = xtask();
        train.args(["train", "--threads", "9", "--out"]).arg(&run).env("CARGO", &cargo);
        let train = train.stderr(Stdio::piped()).spawn().unwrap();
        while !id.exists() {
            sleep(Duration::from_millis(5));
        }
        let kill = |signal: &str, id: &str| Command::new("kill").args([signal, id]).output();
        assert!(kill(signal, &train.id().to_string()).unwrap().status.success());
        let output = train.wait_with_output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((told.lines().last(), output.status.code()), (Some("stopped"), Some(130)));
        assert!(!told.contains("error"), "{told}");
        let cargo = fs::read_to_string(&id).unwrap();
        assert!(!kill("-0", cargo.trim()).unwrap().status.success(), "cargo goes on");
        assert!(!run.exists(), "a folder is left");
        fs::remove_file(&id).unwrap();
    }
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
