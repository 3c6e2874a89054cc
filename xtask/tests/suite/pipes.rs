//! Data from a pipe, which cannot be read a second time, are refused in one line, whatever their
//! flag, and leave nothing behind.

#![cfg(unix)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

const REFUSAL: &str = "this is a pipe or a device, which cannot be read again; expected a file: \
    save the data first, plain, .gz or .zip\n";

/// A folder with 40 images of 6x6 pixels: `images.csv`, with two classes, and `unlabelled.csv`.
fn with_images() -> TempDir {
    let here = tempfile::tempdir().unwrap();
    let pixels = |row: usize| {
        let pixel = |place: usize| if place % 2 == row % 2 { (row + place) % 200 } else { 0 };
        (0..36).map(|place| pixel(place).to_string()).collect::<Vec<_>>().join(",")
    };
    let unlabelled: String = (0..40).map(|row| format!("{}\n", pixels(row))).collect();
    let header = (0..36).map(|place| format!(",pixel{place}")).collect::<String>();
    let images: String = (0..40).map(|row| format!("{},{}\n", row % 2, pixels(row))).collect();
    fs::write(here.path().join("images.csv"), format!("label{header}\n{images}")).unwrap();
    fs::write(here.path().join("unlabelled.csv"), unlabelled).unwrap();
    here
}

fn pipe(path: PathBuf) -> PathBuf {
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

/// `train` into the sub-folder `run`, with these flags for a shell in this folder.
fn train(here: &Path, flags: &str) -> Command {
    let mut bash = Command::new("bash");
    let command = format!("{} train --out run {flags}", env!("CARGO_BIN_EXE_xtask"));
    bash.args(["-c", &command]).current_dir(here).stdin(Stdio::null());
    bash
}

/// The last line of a command that failed. The first run may have to build the trainer.
fn refusal(output: &Output) -> String {
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    let errors: Vec<&str> = told.split_inclusive('\n').filter(|line| is_error(line)).collect();
    assert_eq!(errors.len(), 1, "{told}");
    assert!(told.ends_with(errors[0]), "{told}");
    errors[0].to_owned()
}

fn is_error(line: &str) -> bool {
    line.starts_with("error: ")
}

#[test]
fn data_from_a_pipe_are_refused_in_a_line_by_a_whole_train() {
    let here = with_images();
    pipe(here.path().join("pipe"));
    for flags in [
        "--data pipe",
        "--data images.csv --test-data pipe",
        "--data unlabelled.csv --labels pipe",
        "--data images.csv --class-names pipe",
        "--data <(cat images.csv)",
        "--data /dev/stdin < <(cat images.csv)",
    ] {
        let told = refusal(&train(here.path(), flags).output().unwrap());
        assert!(told.ends_with(REFUSAL), "{flags}: {told}");
        assert!(!here.path().join("run").exists(), "{flags}");
    }
    // A writer changes nothing.
    let mut writer = Command::new("sh");
    writer.args(["-c", "exec cat images.csv > pipe"]).current_dir(here.path());
    let mut writer = writer.spawn().unwrap();
    let told = refusal(&train(here.path(), "--data pipe").output().unwrap());
    assert!(told.ends_with(REFUSAL), "{told}");
    writer.kill().unwrap();
    writer.wait().unwrap();
}

#[test]
fn a_run_whose_data_became_a_pipe_is_not_resumed_and_stays_as_it_is() {
    let here = with_images();
    let images = here.path().join("images.csv");
    let output = train(here.path(), "--data images.csv --epochs 1 --hidden 4").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let files = ["run.toml", "history.csv", "summary.json", "model.safetensors"];
    let read = || files.map(|file| fs::read(here.path().join("run").join(file)).unwrap());
    let before = read();
    fs::remove_file(&images).unwrap();
    pipe(images);
    let told = refusal(&train(here.path(), "--resume --epochs 2").output().unwrap());
    assert!(told.contains("images.csv: ") && told.ends_with(REFUSAL), "{told}");
    assert!(read() == before);
}
