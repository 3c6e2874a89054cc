//! What cannot be done ends in one line and an exit code that is not zero.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

mod support;

use std::{fs, process::Stdio};

use support::{Run, stderr};

/// The one line on standard error, and the exit code.
fn refusal(run: &Run, flags: &str) -> (String, i32) {
    let output = run.train(flags);
    let told = stderr(&output);
    assert_eq!(told.lines().count(), 1, "{told}");
    (told.trim_end().to_owned(), output.status.code().unwrap())
}

#[test]
fn impossible_flags_exit_with_2_before_anything_is_done() {
    let run = Run::new();
    for (flags, expected) in [
        ("--dropout 1.5", "error: command line: dropout = 1.5; expected a number from 0 to below 1"),
        ("--batch-size 0", "error: command line: batch_size = 0; expected a whole number of at least 1"),
        ("--lr -1", "error: command line: learning_rate = -1; expected a number above 0"),
        ("--lr", "error: a value is required for '--lr <X>' but none was supplied"),
        ("--epochs many", "error: invalid value 'many' for '--epochs <N>': invalid digit found in string"),
        ("--hidden 0", "error: command line: hidden = 0; expected sizes of at least 1 (and at most 1048576)"),
        ("--bogus", "error: unexpected argument '--bogus' found"),
        ("--config absent.toml", "error: absent.toml: No such file or directory (os error 2)"),
    ] {
        assert_eq!(refusal(&run, flags), (expected.to_owned(), 2));
    }
    let (told, code) = refusal(&run, "--resume");
    assert!(told.ends_with("no run to resume here") && code == 2, "{told}");
    let (told, code) = refusal(&run, "--limit 10001");
    assert!(told.ends_with("limit 10001: expected a number of rows from 1 to 10000") && code == 2, "{told}");
    let (told, code) = refusal(&run, "--limit 3");
    assert!(told.contains("has only 1 row") && code == 2, "{told}");
    assert!(!run.path.join("run.toml").exists());
}

#[test]
fn a_run_is_neither_overwritten_nor_changed_in_the_middle() {
    let run = Run::new();
    run.train_well("--limit 200 --epochs 1");
    let before = run.read("run.toml");
    let ends = [
        ("--limit 200", "this folder holds a run; go on with it with --resume, or choose another --out"),
        ("--resume", "all 1 epochs of this run are done; give --epochs with a larger number to train it further"),
        (
            "--resume --lr 0.5 --epochs 2",
            "learning_rate = 0.5; the run to resume has 0.01: only --epochs can change in a resumed run",
        ),
    ];
    for (flags, end) in ends {
        let (told, code) = refusal(&run, flags);
        assert!(told.ends_with(end) && code == 2, "{told}");
    }
    assert_eq!(run.read("run.toml"), before);
}

#[test]
fn a_second_process_in_the_same_folder_is_refused() {
    let run = Run::new();
    let mut first = run.command("--epochs 100000").stdout(Stdio::null()).spawn().unwrap();
    while !run.path.join("history.csv").exists() {
        assert_eq!(first.try_wait().unwrap(), None);
    }
    let second = refusal(&run, "--resume");
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(second.0.ends_with("another process is at work in this run folder; wait for it or choose another --out"));
    assert_eq!(second.1, 1);
}

#[test]
fn a_loss_that_is_no_number_stops_the_run_and_says_where() {
    let run = Run::new();
    let (told, code) = refusal(&run, "--limit 1000 --lr 1e30");
    assert_eq!(code, 1);
    let place = told.strip_prefix("error: training diverged: the loss of step ").unwrap();
    assert!(
        place
            .ends_with(" in epoch 1 is not a finite number; try a learning rate below 1000000000000000000000000000000")
    );
    let summary = String::from_utf8(run.read("summary.json")).unwrap();
    let step = place.split(' ').next().unwrap();
    assert!(summary.contains("\"diverged\"") && summary.contains(&format!("\"step\": {step}")), "{summary}");
    // The first step is taken with finite weights; the one after it sees what it did to them.
    assert_eq!(step, "2");
}

#[test]
fn a_damaged_checkpoint_is_told_by_name() {
    let run = Run::new();
    run.train_well("--limit 200 --epochs 1");
    for file in ["network.bpk", "optimizer.bpk", "checkpoint.toml"] {
        let path = run.path.join("checkpoints/last").join(file);
        let whole = fs::read(&path).unwrap();
        let (mut flipped, cut) = (whole.clone(), &whole[..whole.len() / 2]);
        *flipped.last_mut().unwrap() ^= 1;
        for damaged in [cut, &flipped] {
            fs::write(&path, damaged).unwrap();
            let (told, code) = refusal(&run, "--resume --epochs 2");
            assert!(told.contains("this checkpoint cannot be read") && told.contains(file) && code == 1, "{told}");
        }
        fs::write(&path, &whole).unwrap();
    }
    let path = run.path.join("checkpoints/last/checkpoint.toml");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, whole.replace("epoch = 2", "epoch = 0")).unwrap();
    let (told, _) = refusal(&run, "--resume --epochs 2");
    assert!(
        told.ends_with("this checkpoint cannot be read: checkpoint.toml: epoch = 0; expected at least 1"),
        "{told}"
    );
    fs::write(&path, whole).unwrap();
    run.train_well("--resume --epochs 2");
}
