//! Whoever asks `cargo xtask` to stop, and nobody else, stops the trainer that it started.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]
#![cfg(unix)]

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

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
fn what_starts_no_program_ends_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("digits.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let mut check =
        command.args(["data", "check"]).arg(&pipe).stdout(Stdio::null()).spawn().unwrap();
    // It waits for somebody who writes, as it would for a disk that does not answer.
    let writer = fs::File::options().write(true).open(&pipe).unwrap();
    assert!(Command::new("kill").arg(check.id().to_string()).status().unwrap().success());
    let asked = Instant::now();
    while check.try_wait().unwrap().is_none() {
        if asked.elapsed() > Duration::from_secs(30) {
            check.kill().unwrap();
            panic!("it goes on");
        }
        sleep(Duration::from_millis(5));
    }
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
    let mut training = Training::start(&[]);
    let xtask = training.xtask.id().to_string();
    let killed = Command::new("pkill").args(["-KILL", "-P", &xtask]).status().unwrap();
    assert!(killed.success());
    let mut told = String::new();
    training.xtask.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(
        told.contains("error: the program trainer was killed by signal 9 (SIGKILL): "),
        "{told}"
    );
    assert_eq!(training.xtask.wait().unwrap().code(), Some(137));
}
