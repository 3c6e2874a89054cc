//! Two copies of the workspace that build into one folder.

#![cfg(unix)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn revision(workspace: &Path) -> String {
    let head =
        run(Command::new("git").args(["rev-parse", "--short=12", "HEAD"]).current_dir(workspace));
    String::from_utf8(head.stdout).unwrap().trim().to_owned()
}

/// What a short training in this workspace, started as users do, says of its revision.
fn recorded(workspace: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let mut train = Command::new("cargo");
    train
        .current_dir(workspace)
        .args(["xtask", "train", "--limit", "1000", "--epochs", "1", "--out"])
        .arg(&out);
    // What cargo has set for these tests belongs to this workspace.
    run(train.env_remove("CARGO").env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_TARGET_DIR"));
    let record = fs::read_to_string(out.join("run.toml")).unwrap();
    record
        .lines()
        .find_map(|line| line.strip_prefix("git_revision = "))
        .unwrap()
        .trim_matches('"')
        .to_owned()
}

#[test]
#[ignore = "compiles xtask and the trainer once more"]
fn each_finds_its_own_trainer_where_cargo_puts_it_and_records_its_own_revision() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    // Always the same, so that what is built for it is built over what was.
    let parent = Path::new(env!("CARGO_TARGET_TMPDIR")).join("copies");
    let copy = parent.join("copy");
    let _ = fs::remove_dir_all(&parent);
    fs::create_dir(&parent).unwrap();
    run(Command::new("git").args(["clone", "--quiet"]).arg(workspace).arg(&copy));
    let mut commit = Command::new("git");
    commit.args([
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@b",
        "commit",
        "--quiet",
        "--allow-empty",
        "-m",
        "Another",
    ]);
    run(commit.current_dir(&copy));
    fs::create_dir(parent.join(".cargo")).unwrap();
    let config = format!("[build]\ntarget-dir = {:?}\n", target.to_str().unwrap());
    fs::write(parent.join(".cargo/config.toml"), config).unwrap();

    assert_ne!(revision(&copy), revision(workspace));
    assert_eq!(recorded(&copy), revision(&copy));
    assert!(!copy.join("target").exists(), "cargo puts it elsewhere");
    assert_eq!(recorded(workspace).trim_end_matches("-dirty"), revision(workspace));
    fs::remove_dir_all(&parent).unwrap();
}
