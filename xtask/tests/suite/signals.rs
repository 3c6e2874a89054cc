//! Whoever asks `cargo xtask` to stop, and nobody else, stops the trainer that it started.

#![cfg(unix)]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    os::unix::process::{CommandExt, ExitStatusExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use tempfile::TempDir;

/// A training that would take hours.
struct Training {
    _parent: TempDir,
    out: PathBuf,
    xtask: Child,
}

impl Training {
    /// Starts it by these words in front of the program, and waits for its first epoch.
    fn start(front: &[&str]) -> Self {
        let parent = tempfile::tempdir().unwrap();
        let out = parent.path().join("run");
        let words = [
            front,
            &[
                env!("CARGO_BIN_EXE_xtask"),
                "train",
                "--epochs",
                "1000000",
                "--limit",
                "1000",
                "--out",
            ],
        ]
        .concat();
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .arg(&out)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap());
        let xtask = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let training = Self { _parent: parent, out, xtask };
        // The trainer may have to be compiled first.
        training.wait_until(Duration::from_secs(900), |training| training.rows() > 0);
        training
    }

    fn rows(&self) -> usize {
        fs::read_to_string(self.out.join("history.csv")).map_or(0, |text| text.lines().count() - 1)
    }

    fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        assert!(
            kill.args([&format!("-{name}"), &self.xtask.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
    }

    fn wait_until(&self, patience: Duration, happened: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !happened(self) {
            assert!(started.elapsed() < patience, "it does not happen");
            sleep(Duration::from_millis(10));
        }
    }

    /// The exit code, which must come soon, and what the summary says.
    fn end(mut self) -> (Option<i32>, String) {
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.xtask.try_wait().unwrap() {
                break status;
            }
            assert!(started.elapsed() < Duration::from_secs(30), "it goes on");
            sleep(Duration::from_millis(10));
        };
        self.wait_until(Duration::from_secs(30), |training| {
            training.out.join("summary.json").exists()
        });
        let pictures = self.out.join("loss.png").exists();
        assert_eq!(pictures, status.code().is_some(), "who is not killed draws the curves");
        (status.code(), fs::read_to_string(self.out.join("summary.json")).unwrap())
    }
}

impl Drop for Training {
    fn drop(&mut self) {
        let _ = self.xtask.kill();
        let _ = self.xtask.wait();
    }
}

#[test]
fn a_signal_to_xtask_alone_has_the_trainer_save_and_stop() {
    for (signal, code) in
        [("INT", Some(130)), ("TERM", Some(130)), ("HUP", Some(130)), ("KILL", None)]
    {
        // Whoever started the tests may have had them ignore it, as nohup does.
        let front: &[&str] =
            if cfg!(target_os = "linux") { &["env", "--default-signal=HUP"] } else { &[] };
        let training = Training::start(front);
        training.signal(signal);
        let (ended, summary) = training.end();
        assert!(ended == code && summary.contains("interrupted"), "{signal}: {ended:?} {summary}");
    }
}

#[test]
fn a_terminal_that_closes_is_one_request_however_often_it_is_reported() {
    let front: &[&str] =
        if cfg!(target_os = "linux") { &["env", "--default-signal=HUP"] } else { &[] };
    for signals in [&["HUP", "HUP"][..], &["HUP", "TERM", "HUP"]] {
        let training = Training::start(front);
        signals.iter().for_each(|signal| training.signal(signal));
        let (ended, summary) = training.end();
        assert!(ended == Some(130) && summary.contains("interrupted"), "{ended:?} {summary}");
    }
}

#[test]
fn a_second_request_of_a_person_ends_the_program_at_once() {
    let mut training = Training::start(&[]);
    let xtask = training.xtask.id().to_string();
    let to_trainer = |signal: &str| {
        assert!(Command::new("pkill").args([signal, "-P", &xtask]).status().unwrap().success());
    };
    // It cannot save.
    to_trainer("-STOP");
    training.signal("INT");
    sleep(Duration::from_secs(1));
    assert!(training.xtask.try_wait().unwrap().is_none(), "it did not wait for the trainer");
    let group = Command::new("pgrep").args(["-P", &xtask]).output().unwrap();
    training.signal("INT");
    assert_eq!(training.xtask.wait().unwrap().code(), Some(130));
    let trainer = String::from_utf8(group.stdout).unwrap();
    assert!(Command::new("kill").args(["-KILL", trainer.trim()]).status().unwrap().success());
    assert!(!training.out.join("summary.json").exists());
}

#[test]
fn what_starts_no_program_ends_at_once() {
    let mut list = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("data")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // After the first set, it reads the second.
    let mut first = String::new();
    BufReader::new(list.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(Command::new("kill").arg(list.id().to_string()).status().unwrap().success());
    assert_eq!(list.wait().unwrap().signal(), Some(15), "it goes on");
}

/// Four million rows, which take ten seconds and more to read: a signal after one second comes
/// while they are read, on the fastest machine as well.
fn large() -> (TempDir, PathBuf) {
    let row = format!("{}{}\n", 0, ",0".repeat(784)) + &format!("{}{}\n", 1, ",0".repeat(784));
    let mut part = GzEncoder::new(Vec::new(), Compression::best());
    part.write_all(row.repeat(5_000).as_bytes()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.csv.gz");
    fs::write(&path, part.finish().unwrap().repeat(400)).unwrap();
    (folder, path)
}

/// Starts xtask on data that take long to read.
fn reading(arguments: &[&str], data: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The exit code and the messages of xtask.
fn end_of(xtask: Child) -> (i32, String) {
    let output = xtask.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// Sends a signal to a process.
fn signal(process: u32, name: &str) {
    let mut kill = Command::new("kill");
    assert!(kill.args([&format!("-{name}"), &process.to_string()]).status().unwrap().success());
}

/// The trainer that xtask has started, as soon as it satisfies this.
fn trainer_of(xtask: &Child, is_ready: impl Fn(u32) -> bool) -> u32 {
    child_of(xtask, "^trainer", is_ready)
}

/// The program with a name like this that xtask has started; it may have to be compiled first.
fn child_of(xtask: &Child, name: &str, is_ready: impl Fn(u32) -> bool) -> u32 {
    let started = Instant::now();
    loop {
        let found = Command::new("pgrep").args(["-P", &xtask.id().to_string(), name]).output();
        let found = String::from_utf8(found.unwrap().stdout).unwrap();
        match found.trim().parse() {
            Ok(trainer) if is_ready(trainer) => return trainer,
            _ => sleep(Duration::from_millis(10)),
        }
        assert!(started.elapsed() < Duration::from_secs(900), "it does not happen");
    }
}

/// More than the least time between two requests of a person.
const APART: Duration = Duration::from_millis(700);

#[test]
fn a_training_that_is_stopped_while_it_reads_leaves_no_folder() {
    // The trainer may have to be compiled first.
    drop(Training::start(&[]));
    let (folder, data) = large();
    let out = folder.path().join("run");
    let xtask = reading(&["train", "--out", out.to_str().unwrap()], &data);
    sleep(Duration::from_secs(1));
    signal(xtask.id(), "TERM");
    let (code, told) = end_of(xtask);
    assert_eq!(code, 130, "{told}");
    assert!(!out.exists(), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_second_request_while_a_training_reads_leaves_no_folder() {
    drop(Training::start(&[]));
    let (folder, data) = large();
    let out = folder.path().join("run");
    let xtask = reading(&["train", "--out", out.to_str().unwrap()], &data);
    let reads = |trainer: u32| {
        let files = fs::read_dir(format!("/proc/{trainer}/fd")).into_iter().flatten();
        files.flatten().any(|file| fs::read_link(file.path()).is_ok_and(|file| file == data))
    };
    let trainer = trainer_of(&xtask, reads);
    // It cannot heed the first request, and holds the folder.
    signal(trainer, "STOP");
    signal(xtask.id(), "TERM");
    sleep(APART);
    signal(xtask.id(), "TERM");
    signal(trainer, "CONT");
    let (code, told) = end_of(xtask);
    assert_eq!(code, 130, "{told}");
    assert!(!out.exists(), "{told}");
}

#[test]
fn a_trainer_that_ends_in_its_first_epoch_without_saving_is_no_error() {
    drop(Training::start(&[]));
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    // An epoch of one step that takes seconds: both requests come before its end.
    let size = "--limit 20000 --batch-size 16000 --hidden 2048,2048 --epochs 1";
    let mut train = Command::new(env!("CARGO_BIN_EXE_xtask"));
    train.arg("train").args(size.split(' ')).arg("--out").arg(&out);
    let xtask = train.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let trainer = trainer_of(&xtask, |_| out.join("run.toml").exists());
    signal(trainer, "TERM");
    sleep(APART);
    signal(trainer, "TERM");
    let (code, told) = end_of(xtask);
    assert!(code == 130 && told.is_empty(), "{code}: {told}");
    assert!(!out.join("history.csv").exists(), "it saved");
}

#[test]
fn an_evaluation_stops_while_it_reads() {
    let training = Training::start(&[]);
    training.signal("TERM");
    let weights = training.out.join("checkpoints/best.safetensors");
    training.wait_until(Duration::from_secs(30), |_| weights.is_file());
    let (_folder, data) = large();
    for command in ["evaluate", "predict"] {
        let xtask = reading(&[command, weights.to_str().unwrap()], &data);
        sleep(Duration::from_secs(1));
        signal(xtask.id(), "TERM");
        let (code, told) = end_of(xtask);
        // Not the fault of the file, of which it may have read all.
        assert!(code == 130 && !told.contains("error"), "{command}: {told}");
    }
}

#[test]
fn a_program_that_a_signal_ends_makes_the_exit_code_that_of_a_stop() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("7.png");
    let weights = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../fixtures/pytorch/plain/weights_200.safetensors");
    assert!(Command::new("mkfifo").arg(&picture).status().unwrap().success());
    let mut predict = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("predict")
        .args([&weights, &picture])
        .process_group(0)
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    // As soon as somebody reads the picture, `photo` runs. It is ended as by Ctrl-C on a terminal.
    let writer = fs::File::options().write(true).open(&picture).unwrap();
    let group = format!("-{}", predict.id());
    assert!(Command::new("kill").args(["-INT", "--", &group]).status().unwrap().success());
    assert_eq!(predict.wait().unwrap().code(), Some(130));
    drop(writer);
}

#[test]
fn under_nohup_a_closed_terminal_stops_nothing() {
    let training = Training::start(&["nohup"]);
    training.signal("HUP");
    let before = training.rows();
    training.wait_until(Duration::from_secs(30), |training| training.rows() > before + 10);
    training.signal("TERM");
    assert_eq!(training.end().0, Some(130));
}

#[test]
fn a_trainer_that_is_killed_is_reported_with_its_signal() {
    for (name, code, expected) in [
        ("KILL", 137, "killed by signal 9 (SIGKILL): the memory may be full"),
        ("QUIT", 131, r"killed by signal 3 (SIGQUIT), as by Ctrl-\ on a terminal"),
    ] {
        // Whoever started the tests may have had them ignore it, as a shell does in the background.
        let front: &[&str] =
            if cfg!(target_os = "linux") { &["env", "--default-signal=QUIT"] } else { &[] };
        let mut training = Training::start(front);
        signal(trainer_of(&training.xtask, |_| true), name);
        let mut told = String::new();
        training.xtask.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        assert!(told.contains(&format!("error: the program trainer was {expected}")), "{told}");
        assert_eq!(training.xtask.wait().unwrap().code(), Some(code));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_trainer_that_may_write_no_large_file_is_reported_so() {
    drop(Training::start(&[]));
    let folder = tempfile::tempdir().unwrap();
    // Whoever started the tests may have had them ignore the signal, as Python does.
    let mut limited = Command::new("env");
    limited.args(["--default-signal=XFSZ", "sh", "-c", "ulimit -f 64; exec \"$@\"", "sh"]);
    limited.args([env!("CARGO_BIN_EXE_xtask"), "train"]);
    limited.args(["--limit", "1000", "--epochs", "1", "--out"]).arg(folder.path().join("run"));
    let output = limited.output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let expected = "killed by signal 25 (SIGXFSZ): a file is larger than allowed (ulimit -f)";
    assert!(told.contains(&format!("error: the program trainer was {expected}")), "{told}");
    assert_eq!(output.status.code(), Some(153), "{told}");
}

#[test]
fn an_import_that_is_killed_is_reported_with_its_signal() {
    let folder = tempfile::tempdir().unwrap();
    let pictures = folder.path().join("0");
    fs::create_dir(&pictures).unwrap();
    // Nobody writes to the pipe: whoever reads this picture waits.
    assert!(Command::new("mkfifo").arg(pictures.join("1.png")).status().unwrap().success());
    let mut check = Command::new(env!("CARGO_BIN_EXE_xtask"));
    check.args(["data", "check"]).arg(folder.path()).stderr(Stdio::piped());
    let xtask = check.spawn().unwrap();
    signal(child_of(&xtask, "^import", |_| true), "KILL");
    let (code, told) = end_of(xtask);
    let expected = "error: the program import was killed by signal 9 (SIGKILL): ";
    assert!(code == 1 && told.starts_with(expected), "{code}: {told}");
}
