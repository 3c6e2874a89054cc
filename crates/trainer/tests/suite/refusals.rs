//! What cannot be done ends in one line and an exit code that is not zero.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::support::{self, Run, stderr};

/// The one line on standard error, and the exit code.
fn refusal(run: &Run, flags: &str) -> (String, i32) {
    let output = run.train(flags);
    let told = stderr(&output);
    assert_eq!(told.lines().count(), 1, "{told}");
    (told.trim_end().to_owned(), output.status.code().unwrap())
}

#[test]
fn what_the_data_cannot_be_split_into_exits_with_2_before_anything_is_done() {
    let run = Run::new();
    let (told, code) = refusal(&run, "--limit 10001");
    assert!(
        told.ends_with("limit 10001: expected a number of rows from 1 to 10000") && code == 2,
        "{told}"
    );
    let (told, code) = refusal(&run, "--limit 3");
    assert!(told.contains("has only 1 row") && code == 2, "{told}");
    assert!(!run.path.join("run.toml").exists());
}

#[test]
fn a_network_that_does_not_fit_into_the_memory_is_refused() {
    let run = Run::new();
    let (told, code) = refusal(&run, "--limit 500 --hidden 1048576,1048576");
    assert!(
        told.contains("the network 784-1048576-1048576-10 with sgd takes about 132")
            && told.ends_with("the memory of this machine: choose smaller layers")
            && code == 1,
        "{told}"
    );
    assert!(!run.path.join("run.toml").exists());
}

#[test]
fn a_check_refuses_what_the_machine_cannot_do_and_trains_nothing() {
    for (flags, expected) in [
        ("--limit 500", None),
        ("--backend cuda", Some("this trainer was built without the cuda backend")),
        ("--hidden 1048576,1048576", Some("the network 784-1048576-1048576-10 with sgd takes")),
    ] {
        let run = Run::new();
        let output = run.command(flags).arg("--check").output().unwrap();
        let told = stderr(&output);
        match expected {
            None => assert!(output.status.success() && told.is_empty(), "{told}"),
            Some(expected) => {
                assert!(told.contains(expected) && told.lines().count() == 1, "{told}");
                assert_eq!(output.status.code(), Some(1));
            }
        }
        assert!(output.stdout.is_empty() && !run.path.join("run.toml").exists());
    }
}

#[test]
fn a_job_that_is_none_is_refused_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.toml");
    for (text, expected) in [
        (
            "folder = 3",
            "job.toml, line 1, `folder = 3`: invalid type: integer `3`, expected path string",
        ),
        (
            "folder = \"x\"\nstart = \"new\"\n[settings]\ndropout = 1.5",
            "job.toml: dropout = 1.5; expected a number from 0 to below 1",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_trainer")).arg(&file).output().unwrap();
        let told = stderr(&output);
        assert!(told.trim_end().ends_with(expected) && told.lines().count() == 1, "{told}");
        assert_eq!(output.status.code(), Some(2));
    }
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
    assert!(second.0.ends_with("another process is at work in this folder; wait until it ends"));
    assert_eq!(second.1, 1);
}

#[test]
fn a_run_that_was_started_meanwhile_is_not_overwritten() {
    let run = Run::new();
    // The same job twice: where both were checked, there was no run yet.
    let mut command = run.command("--limit 1000 --epochs 1");
    assert!(command.output().unwrap().status.success());
    let summary = run.read("summary.json");
    let second = command.output().unwrap();
    assert!(
        stderr(&second).contains("this folder holds a run; continue it with --resume"),
        "{}",
        stderr(&second)
    );
    assert_eq!((run.read("summary.json"), second.status.code()), (summary, Some(2)));
}

/// A hundred rows, which begin with this number.
fn csv(first: usize) -> String {
    let row = |row: usize| format!("{},{}\n", row % 10, vec![row.to_string(); 784].join(","));
    (first..first + 100).map(row).collect()
}

#[test]
fn a_run_does_not_go_on_with_other_data() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let config = format!(
        "data = {:?}\ntest_data = {:?}\nlabel_column = \"first\"\nbatch_size = 16\nepochs = 1\n",
        file("train.csv").display().to_string(),
        file("test.csv").display().to_string()
    );
    fs::write(file("config.toml"), config).unwrap();
    for other in ["train.csv", "test.csv"] {
        fs::write(file("train.csv"), csv(0)).unwrap();
        fs::write(file("test.csv"), csv(150)).unwrap();
        let run = Run::new();
        run.train_well(&format!("--config {}", file("config.toml").display()));
        let record = run.read("run.toml");
        fs::write(file(other), csv(if other == "train.csv" { 1 } else { 151 })).unwrap();
        let (told, code) = refusal(&run, "--resume --epochs 2");
        assert!(
            told.contains("this run was started with other data: the SHA-256 of ")
                && told.contains(other),
            "{told}"
        );
        assert_eq!((run.read("run.toml"), code), (record, 2));
    }
}

#[test]
fn a_run_is_not_cut_short() {
    let run = Run::new();
    run.train_well("--limit 1000 --epochs 3");
    let record = run.read("run.toml");
    // As if it had been killed before it could say that it had ended.
    fs::remove_file(run.path.join("summary.json")).unwrap();
    let (told, code) = refusal(&run, "--resume --epochs 2");
    assert!(
        told.ends_with("epochs = 2; this run has reached epoch 3: give --epochs 3 or more"),
        "{told}"
    );
    // As if it had been stopped in its fourth epoch.
    let checkpoint = run.path.join("checkpoints/last/checkpoint.toml");
    let text = fs::read_to_string(&checkpoint).unwrap();
    fs::write(&checkpoint, text.replace("step = 0", "step = 1")).unwrap();
    let (told, _) = refusal(&run, "--resume --epochs 3");
    assert!(
        told.ends_with("epochs = 3; this run has reached epoch 4: give --epochs 4 or more"),
        "{told}"
    );
    assert_eq!((run.read("run.toml"), code), (record, 2));
}

#[test]
fn a_record_that_was_edited_is_not_claimed_for_the_epochs_before() {
    let run = Run::new();
    run.train_well("--limit 400 --epochs 1 --hidden 16 --lr 0.1");
    let toml = run.path.join("run.toml");
    let record = fs::read_to_string(&toml).unwrap();
    let found = |edit: &str, told: &str| format!("{edit}; this run was trained with {told}: only");
    for (old, new, expected) in [
        ("learning_rate = 0.1", "learning_rate = 0.5", found("learning_rate = 0.5", "0.1")),
        ("batch_size = 64", "batch_size = 32", found("batch_size = 32", "64")),
        ("\n[defaults]\n", "\npatience = 3\n[defaults]\n", found("patience = 3", "none")),
    ] {
        assert!(record.contains(old), "{record}");
        fs::write(&toml, record.replace(old, new)).unwrap();
        let (told, code) = refusal(&run, "--resume --epochs 2");
        assert!(told.contains(&expected) && told.contains("run.toml: ") && code == 2, "{told}");
    }
    // More epochs, and a file that has moved, are what a resumed run may have.
    let moved = run.path.parent().unwrap().join("moved.csv.gz");
    fs::copy(support::digits(), &moved).unwrap();
    let digits = format!("{:?}", support::digits());
    assert!(record.contains(&digits), "{record}");
    let edited = record.replace(&digits, &format!("{moved:?}"));
    fs::write(&toml, edited.replace("epochs = 1", "epochs = 2")).unwrap();
    run.train_well("--resume");

    // A checkpoint from before settings were in it.
    let checkpoint = run.path.join("checkpoints/last/checkpoint.toml");
    let text = fs::read_to_string(&checkpoint).unwrap();
    fs::write(&checkpoint, &text[..text.find("[settings]").unwrap()]).unwrap();
    run.train_well("--resume --epochs 3");
}

#[test]
fn a_cosine_is_not_trained_further_by_an_edited_record() {
    let run = Run::new();
    run.train_well("--limit 400 --epochs 2 --hidden 16 --schedule cosine");
    let toml = run.path.join("run.toml");
    let record = fs::read_to_string(&toml).unwrap();
    fs::write(&toml, record.replace("epochs = 2", "epochs = 3")).unwrap();
    let (told, code) = refusal(&run, "--resume");
    assert!(told.contains("epochs = 3; this run was trained with 2") && code == 2, "{told}");
}

#[test]
fn a_checkpoint_from_before_metrics_had_names_is_read() {
    let (whole, old) = (Run::new(), Run::new());
    whole.train_well("--limit 400 --epochs 3 --momentum 0.9");
    old.train_well("--limit 400 --epochs 1 --momentum 0.9");
    let path = old.path.join("checkpoints/last/checkpoint.toml");
    let text = fs::read_to_string(&path).unwrap();
    let start = text.find("[cursor.totals]").unwrap();
    fs::write(
        &path,
        text[..start].to_owned() + "[cursor.totals]\nloss = 0.0\ncorrect = 0\nsamples = 0\n",
    )
    .unwrap();
    old.train_well("--resume --epochs 3").assert_equals(&whole);
}

#[test]
fn a_loss_that_is_no_number_stops_the_run_and_says_where() {
    let run = Run::new();
    let (told, code) = refusal(&run, "--limit 1000 --lr 1e30");
    assert_eq!(code, 1);
    let place = told.strip_prefix("error: training diverged: the loss of step ").unwrap();
    assert!(place.ends_with(
        " in epoch 1 is not a finite number; try a learning rate below \
                1000000000000000000000000000000"
    ));
    let summary = String::from_utf8(run.read("summary.json")).unwrap();
    let step = place.split(' ').next().unwrap();
    assert!(
        summary.contains("\"diverged\"") && summary.contains(&format!("\"step\": {step}")),
        "{summary}"
    );
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
            assert!(
                told.contains("this checkpoint cannot be read") && told.contains(file) && code == 1,
                "{told}"
            );
        }
        fs::write(&path, &whole).unwrap();
    }
    let path = run.path.join("checkpoints/last/checkpoint.toml");
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, whole.replace("epoch = 2", "epoch = 0")).unwrap();
    let (told, _) = refusal(&run, "--resume --epochs 2");
    assert!(
        told.ends_with(
            "this checkpoint cannot be read: checkpoint.toml: epoch = 0; expected at least 1"
        ),
        "{told}"
    );
    fs::write(&path, whole).unwrap();
    run.train_well("--resume --epochs 2");
}

#[test]
fn a_run_goes_on_when_nobody_reads_what_it_prints() {
    let whole = Run::new();
    whole.train_well("--limit 1000 --epochs 2");
    for full in [false, true] {
        let run = Run::new();
        let mut command = run.command("--limit 1000 --epochs 2");
        if full && !Path::new("/dev/full").exists() {
            continue;
        }
        if full {
            let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
            command.stdout(full()).stderr(full());
        } else {
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
        }
        let mut child = command.spawn().unwrap();
        drop((child.stdout.take(), child.stderr.take()));
        assert_eq!(child.wait().unwrap().code(), Some(0));
        run.assert_equals(&whole);
        assert!(run.path.join("summary.json").exists());
    }
}
