//! Runs the real trainer in folders that vanish.

#![allow(dead_code, reason = "each test file uses what it needs")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

/// A run folder that vanishes with the test.
pub struct Run {
    _parent: TempDir,
    pub path: PathBuf,
}

impl Run {
    pub fn new() -> Self {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("run");
        Self { _parent: parent, path }
    }

    /// The trainer with these flags, on the 10,000 digits of the small file.
    pub fn command(&self, flags: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trainer"));
        command.arg("--out").arg(&self.path).args(flags.split_whitespace());
        if !flags.contains("--resume") {
            command.arg("--data").arg(digits());
        }
        command
    }

    /// Runs it to its end.
    pub fn train(&self, flags: &str) -> Output {
        self.command(flags).output().unwrap()
    }

    /// Runs it to its end, which must be a good one.
    pub fn train_well(&self, flags: &str) -> &Self {
        let output = self.train(flags);
        assert!(output.status.success(), "{}", stderr(&output));
        self
    }

    /// `history.csv` without the two columns that tell time.
    pub fn history(&self) -> String {
        let text = fs::read_to_string(self.path.join("history.csv")).unwrap();
        text.lines().map(|row| row.split(',').take(5).collect::<Vec<_>>().join(",") + "\n").collect()
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path.join(name)).unwrap()
    }

    /// Both have the same curves and the same weights, byte for byte.
    pub fn assert_equals(&self, other: &Self) {
        assert_eq!(self.history(), other.history());
        for weights in ["model.safetensors", "checkpoints/best.safetensors"] {
            assert!(self.read(weights) == other.read(weights), "{weights} differs");
        }
    }
}

pub fn digits() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist_test.csv.gz")
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
