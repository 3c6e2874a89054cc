//! Event files for TensorBoard, against one that TensorBoard's own code has written and read: see
//! `fixtures/tensorboard_events.py`.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use run::{EventFile, History, RunConfig, RunFolder, Settings};
use tempfile::TempDir;

/// Steps of an epoch of the run whose event file is committed, and when that file was begun.
const STEPS: usize = 25;
const BEGUN: u64 = 1_700_000_000;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tensorboard")
}

fn config() -> RunConfig {
    Settings::read(&fixture().join("run.toml")).unwrap().resolve().unwrap()
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// What is in a folder: names and contents.
fn files(folder: &TempDir) -> Vec<(String, Vec<u8>)> {
    let file = |path: PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
    };
    fs::read_dir(folder.path()).unwrap().map(|entry| file(entry.unwrap().path())).collect()
}

/// The records of a file, as TFRecord frames them: a length, its checksum, the content, its
/// checksum.
fn records(mut file: &[u8]) -> Vec<&[u8]> {
    let mut records = Vec::new();
    while let Some((length, _)) = file.split_first_chunk() {
        let (record, rest) = file.split_at(u64::from_le_bytes(*length) as usize + 16);
        records.push(record);
        file = rest;
    }
    records
}

#[test]
fn the_file_is_to_the_byte_what_tensorboard_writes() {
    let history = RunFolder::at(fixture()).read_history().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let run = RunFolder::at(folder.path());
    let mut events =
        EventFile::create(&run, &config(), STEPS, &History::default(), at(BEGUN)).unwrap();
    for done in 1..=history.epochs().len() {
        let mut so_far = history.clone();
        so_far.truncate(done);
        events.append(&so_far).unwrap();
        events.append(&so_far).unwrap();
    }
    let name = format!("events.out.tfevents.{BEGUN}.digits");
    let expected = fs::read(fixture().join(&name)).unwrap();
    let [(found_name, found)] = &files(&folder)[..] else { panic!("one file") };
    assert_eq!(*found_name, name);
    let (mut found, mut expected) = (records(found), records(&expected));
    // A run has the settings of today. The fixture's are compared in `src/tensorboard.rs`.
    let settings = String::from_utf8_lossy(found.remove(1)).into_owned();
    expected.remove(1);
    assert_eq!(found, expected);
    for name in config().values().keys() {
        assert!(settings.contains(name), "{name}");
    }
}

#[test]
fn a_resumed_run_has_one_file_with_every_epoch_once() {
    let history = RunFolder::at(fixture()).read_history().unwrap();
    let mut begun = history.clone();
    begun.truncate(1);
    let [whole, resumed] = [0; 2].map(|_| tempfile::tempdir().unwrap());
    let create = |folder: &TempDir, history: &History, now| {
        EventFile::create(&RunFolder::at(folder.path()), &config(), STEPS, history, at(now))
            .unwrap()
    };
    create(&whole, &history, BEGUN);
    // The first process had gone on to an epoch of which no checkpoint was saved.
    create(&resumed, &history, BEGUN - 100);
    create(&resumed, &begun, BEGUN).append(&history).unwrap();
    let sizes = [&whole, &resumed]
        .map(|folder| files(folder).iter().map(|(_, content)| content.len()).collect::<Vec<_>>());
    assert_eq!(sizes[0], sizes[1]);
    assert_eq!(sizes[0].len(), 1);
}

#[test]
fn a_folder_that_cannot_be_written_to_is_told_in_one_line() {
    let run = RunFolder::at("/nonexistent");
    let told = EventFile::create(&run, &config(), STEPS, &History::default(), at(BEGUN))
        .unwrap_err()
        .to_string();
    assert!(
        told.starts_with("/nonexistent/events.out.tfevents.") && told.lines().count() == 1,
        "{told}"
    );
}
