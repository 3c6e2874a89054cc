//! Runs the real trainer in folders that vanish.

#![allow(dead_code, reason = "each test file uses what it needs")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use clap::Parser;
use run::{Backend, Job, JobError, TrainFlags};
use tempfile::TempDir;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    train: TrainFlags,
}

/// A run folder that vanishes with the test.
pub struct Run {
    _parent: Option<TempDir>,
    pub path: PathBuf,
    /// Where the trainer's job is: not on the disk of the run, which may be full.
    job: TempDir,
}

impl Run {
    pub fn new() -> Self {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("run");
        Self { _parent: Some(parent), path, job: tempfile::tempdir().unwrap() }
    }

    /// A run folder on a disk that vanishes.
    pub fn at(path: PathBuf) -> Self {
        Self { _parent: None, path, job: tempfile::tempdir().unwrap() }
    }

    /// The trainer with these flags of `train`, on the 10,000 digits of the small file.
    pub fn command(&self, flags: &str) -> Command {
        self.command_for(&self.job(flags).unwrap())
    }

    /// The trainer with this job.
    pub fn command_for(&self, job: &Job) -> Command {
        let file = self.job.path().join("job.toml");
        job.write(&file).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_trainer"));
        command.arg(file);
        command
    }

    /// What these flags of `train` come to.
    pub fn job(&self, flags: &str) -> Result<Job, JobError> {
        let line = ["train"].into_iter().chain(flags.split_whitespace());
        let mut flags = Flags::parse_from(line).train;
        flags.out = Some(self.path.clone());
        if !flags.resume && flags.config.is_none() {
            flags.settings.data.get_or_insert_with(digits);
        }
        let mut job = Job::from_flags(flags, 1)?;
        job.workspace.cache = Some(cache());
        Ok(job)
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
        text.lines()
            .map(|row| row.split(',').take(7).collect::<Vec<_>>().join(",") + "\n")
            .collect()
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

/// The backends that are compiled in.
pub fn compiled() -> Vec<Backend> {
    let others = [
        (Backend::Ndarray, cfg!(feature = "ndarray")),
        (Backend::Wgpu, cfg!(feature = "wgpu")),
        (Backend::Cuda, cfg!(feature = "cuda")),
    ];
    let compiled =
        others.into_iter().filter(|(_, is_compiled)| *is_compiled).map(|(backend, _)| backend);
    [Backend::Flex].into_iter().chain(compiled).collect()
}

/// Where parsed digits are kept.
pub fn cache() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/digits")
}

pub fn digits() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/mnist_test.csv.gz")
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
