//! Paths on the command line: which are refused, before anything is built, and how they are written
//! down and shown.

#![cfg(unix)]

use std::{
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt,
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// A folder in the workspace, as deep below it as `crates/data/src`, but where nothing is lost.
fn below_the_workspace() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn xtask(here: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.current_dir(here).stdin(Stdio::null());
    command
}

fn told(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

#[test]
fn an_out_that_cannot_be_used_is_refused_before_anything_is_built() {
    let here = below_the_workspace();
    fs::write(here.path().join("file"), "mine").unwrap();
    fs::create_dir(here.path().join("taken")).unwrap();
    fs::write(here.path().join("taken/model.safetensors"), "mine").unwrap();
    std::os::unix::fs::symlink("nowhere", here.path().join("link")).unwrap();
    let long = "x".repeat(300);
    for command in ["train", "analysis"] {
        for (out, expected) in [
            (OsStr::new("file"), "file: this is a file; expected a folder or an unused name\n"),
            (
                OsStr::new("taken"),
                "taken: this folder holds other files, for example model.safetensors; choose an \
                 empty folder or an unused name\n",
            ),
            (
                OsStr::new("link"),
                "link: this link leads nowhere; expected a folder or an unused name\n",
            ),
            (OsStr::new("."), ": this folder holds other files, "),
            (OsStr::from_bytes(b"caf\xe9"), "caf\\xE9\": expected a path in valid Unicode\n"),
            (OsStr::new(&long), "File name too long (os error 36)\n"),
            (OsStr::new("file/run"), "Not a directory (os error 20)\n"),
        ] {
            // Were it to build, it would fail with another message.
            let output = xtask(here.path())
                .env("CARGO", "/nonexistent")
                .arg(command)
                .arg("--out")
                .arg(out)
                .output()
                .unwrap();
            let told = told(&output);
            assert!(
                told.contains(expected) && told.lines().count() == 1,
                "{command} {}: {told}",
                out.display()
            );
            assert!(
                matches!(output.status.code(), Some(1 | 2)),
                "{command} {}: {}",
                out.display(),
                output.status
            );
        }
    }
    assert_eq!(fs::read(here.path().join("taken/model.safetensors")).unwrap(), b"mine");
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 3, "something was left behind");
}

#[test]
fn a_folder_that_the_user_made_stays_also_when_the_command_fails() {
    let here = below_the_workspace();
    for out in ["mine", "mine/a/b"] {
        fs::create_dir_all(here.path().join("mine")).unwrap();
        // It cannot build.
        let mut train = xtask(here.path());
        train.env("CARGO", "/nonexistent").args(["train", "--threads", "9", "--out", out]);
        assert_eq!(train.output().unwrap().status.code(), Some(1));
        assert_eq!(fs::read_dir(here.path().join("mine")).unwrap().count(), 0, "{out}");
    }
    let mut train = xtask(here.path());
    train.args(["train", "--out", "mine", "--data", "nosuch.csv"]);
    let output = train.output().unwrap();
    assert!(told(&output).contains("nosuch.csv: no such file"), "{}", told(&output));
    assert_eq!(fs::read_dir(here.path().join("mine")).unwrap().count(), 0);
}

#[test]
fn without_a_place_for_temporary_files_no_folder_is_left_behind() {
    let (elsewhere, here) = (below_the_workspace(), below_the_workspace());
    let train = |here: &Path| {
        let mut command = xtask(here);
        command.args(["train", "--limit", "1000", "--epochs", "1", "--out", "run"]);
        command
    };
    // The compiler needs such a place as well.
    assert!(train(elsewhere.path()).output().unwrap().status.success());
    let output = train(here.path()).env("TMPDIR", "/nonexistent").output().unwrap();
    let expected = "error: cannot make a temporary folder: No such file or directory (os error 2) \
        at path \"/nonexistent/";
    assert!(told(&output).lines().last().unwrap().starts_with(expected), "{}", told(&output));
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 0);
}

#[test]
fn data_that_cannot_be_written_down_are_refused() {
    let here = below_the_workspace();
    for flag in ["--data", "--test-data", "--config", "--labels", "--test-labels", "--class-names"]
    {
        let output = xtask(here.path())
            .args(["train", flag])
            .arg(OsStr::from_bytes(b"\xff.csv"))
            .output()
            .unwrap();
        assert!(
            told(&output).contains("\\xFF.csv\": expected a path in valid Unicode"),
            "{}",
            told(&output)
        );
        assert_eq!((told(&output).lines().count(), output.status.code()), (1, Some(2)));
    }
}

#[test]
fn a_line_break_in_a_path_makes_no_second_message() {
    let here = below_the_workspace();
    let output = xtask(here.path()).args(["evaluate", "a\nerror: b"]).output().unwrap();
    let expected = "error: a\u{fffd}error: b: no such run folder or .safetensors file\n";
    assert!(told(&output).lines().count() == 1, "{}", told(&output));
    assert!(told(&output).ends_with(&expected["error: ".len()..]), "{}", told(&output));
}

#[test]
fn the_command_that_goes_on_can_be_pasted_where_the_user_stands() {
    for out in ["-x", "it's my run", "a$HOME`b`\"c\""] {
        let here = below_the_workspace();
        let run = here.path().join(out);
        let child = xtask(here.path())
            .args(["train", "--limit", "1000", "--epochs", "300"])
            .arg(format!("--out={out}"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let started = Instant::now();
        // The trainer may have to be compiled first.
        while fs::read_to_string(run.join("history.csv")).map_or(0, |text| text.lines().count()) < 2
        {
            assert!(started.elapsed() < Duration::from_secs(900), "it does not train");
            sleep(Duration::from_millis(5));
        }
        assert!(
            Command::new("kill")
                .args(["-INT", &child.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        let printed = String::from_utf8(output.stdout).unwrap();
        let command = printed.lines().find_map(|line| line.strip_prefix("to continue: ")).unwrap();

        let script =
            format!("cargo() {{ shift; {} \"$@\"; }}; {command}", env!("CARGO_BIN_EXE_xtask"));
        let again =
            Command::new("sh").args(["-c", &script]).current_dir(here.path()).output().unwrap();
        assert!(again.status.success(), "{command}: {}", told(&again));
        assert!(fs::read_to_string(run.join("summary.json")).unwrap().contains("finished"));
        let curves = format!("curves    {out}/loss.png, accuracy.png (and .svg)\n");
        assert!(
            String::from_utf8(again.stdout).unwrap().contains(&curves),
            "not as the user sees it"
        );
        assert_eq!(fs::read_dir(here.path()).unwrap().count(), 1, "a folder by another name");
    }
}

#[test]
fn data_are_written_down_as_they_are_from_the_workspace_wherever_the_user_stands() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let out = tempfile::tempdir().unwrap();
    let link = below_the_workspace();
    // Above a link is what is above the folder that it leads to.
    std::os::unix::fs::symlink(workspace.join("data"), link.path().join("link")).unwrap();
    for (here, data) in [
        (workspace.join("crates/data/src"), "../../../data/mnist_test.csv.gz"),
        (workspace.join("crates"), ".././crates/../data/mnist_test.csv.gz"),
        (workspace.to_owned(), "data/mnist_test.csv.gz"),
        (link.path().to_owned(), "link/../data/mnist_test.csv.gz"),
    ] {
        let run = out.path().join(here.file_name().unwrap());
        let output = xtask(&here)
            .args(["train", "--limit", "1000", "--epochs", "1", "--data", data, "--out"])
            .arg(&run)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", told(&output));
        let record = fs::read_to_string(run.join("run.toml")).unwrap();
        assert!(
            record.lines().any(|line| line == "data = \"data/mnist_test.csv.gz\""),
            "{data}: {record}"
        );
    }
}

#[test]
fn a_run_records_the_revision_of_its_own_sources_alone() {
    let other = below_the_workspace();
    let git = |folder: &Path, arguments: &str| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@b.example"]);
        let output = git.args(arguments.split(' ')).current_dir(folder).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(other.path(), "init");
    git(other.path(), "commit --allow-empty -m other");
    let run = other.path().join("run");
    let output = xtask(other.path())
        .args(["train", "--limit", "1000", "--epochs", "1", "--out", "run"])
        .env("GIT_DIR", other.path().join(".git"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
    let record = fs::read_to_string(run.join("run.toml")).unwrap();
    let revision = record.lines().find_map(|line| line.strip_prefix("git_revision = ")).unwrap();
    let revision = revision.trim_matches('"').trim_end_matches("-dirty");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    assert!(!git(other.path(), "rev-parse HEAD").starts_with(revision), "{revision}");
    if own.join(".git").exists() {
        assert!(git(own, "rev-parse HEAD").starts_with(revision), "{revision}");
    } else {
        assert_eq!(revision, "unknown");
    }
}
