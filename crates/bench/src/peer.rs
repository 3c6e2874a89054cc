//! Other programs that do the same: Python processes that run the scripts in `peers/`.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Seek, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use run::RunConfig;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    BenchError, process,
    program::{Program, Trained},
};

/// Where the scripts are, seen from the workspace.
const SCRIPTS: &str = "crates/bench/peers";

/// A script for a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Trains with PyTorch.
    PyTorch,
    /// Trains with JAX.
    Jax,
    /// Reads a CSV with pandas.
    ReadCsv,
}

impl Script {
    /// Those that train.
    pub const TRAIN: [Self; 2] = [Self::PyTorch, Self::Jax];

    fn file(self) -> &'static str {
        match self {
            Self::PyTorch => "train_pytorch.py",
            Self::Jax => "train_jax.py",
            Self::ReadCsv => "read_csv.py",
        }
    }
}

/// A Python with peers, and what they are told.
#[derive(Debug, Clone)]
pub struct Python {
    /// The program.
    pub path: PathBuf,
    /// Where `mnist_train.csv` and `mnist_test.csv` are.
    pub data: PathBuf,
    /// Whether a graphics card may be used.
    pub gpu: bool,
}

/// A running peer.
#[derive(Debug)]
pub struct Peer {
    versions: Versions,
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// What it prints besides.
    log: File,
}

/// What a peer says of itself.
#[derive(Debug, Clone, Deserialize)]
struct Versions {
    program: String,
    version: String,
    device: String,
}

/// What a training peer has to know of a run.
#[derive(Serialize)]
struct Request<'a> {
    hidden: &'a [usize],
    batch_size: usize,
    dropout: f64,
    layer_norm: bool,
    learning_rate: f64,
    epochs: usize,
    seed: u64,
}

/// What pandas is asked for.
#[derive(Serialize)]
struct ReadRequest<'a> {
    path: &'a Path,
}

/// What pandas says of it.
#[derive(Deserialize)]
struct ReadAnswer {
    seconds: f64,
}

impl Python {
    /// Starts a peer on this core, or anywhere, and waits until it has loaded its libraries and its
    /// data.
    ///
    /// # Errors
    /// There is no such Python, or it lacks a library.
    pub fn start(&self, script: Script, core: Option<usize>) -> Result<Peer, BenchError> {
        let program = format!("{} {}", self.path.display(), script.file());
        let failed = || BenchError::process(program.clone());
        let log = tempfile::tempfile().map_err(failed())?;
        let mut command = process::command(&self.path, core);
        command.arg(Path::new(SCRIPTS).join(script.file())).arg(&self.data).arg(if self.gpu {
            "gpu"
        } else {
            "cpu"
        });
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.try_clone().map_err(failed())?);
        let mut child = command.spawn().map_err(failed())?;
        let (Some(requests), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(BenchError::Failed {
                program,
                reason: "it has no input or output".to_owned(),
            });
        };
        let versions = Versions { program, version: String::new(), device: String::new() };
        let mut peer = Peer { versions, child, requests, answers: BufReader::new(answers), log };
        peer.versions = peer.answer()?;
        Ok(peer)
    }
}

impl Peer {
    /// Seconds that it takes to read a CSV.
    ///
    /// # Errors
    /// It failed.
    pub fn read_csv(&mut self, path: &Path) -> Result<f64, BenchError> {
        self.ask(&ReadRequest { path }).map(|ReadAnswer { seconds }| seconds)
    }

    fn ask<A: DeserializeOwned>(&mut self, request: &impl Serialize) -> Result<A, BenchError> {
        let request =
            serde_json::to_string(request).map_err(|error| self.failed(error.to_string()))?;
        // If it is gone, what it said before says more than the broken pipe.
        let _ = writeln!(self.requests, "{request}");
        self.answer()
    }

    fn answer<A: DeserializeOwned>(&mut self) -> Result<A, BenchError> {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line);
        match serde_json::from_str(&line) {
            Ok(answer) if read.is_ok() => Ok(answer),
            _ if line.is_empty() => Err(self.failed(self.last_words())),
            _ => Err(self.failed(format!("expected an answer, found {:?}", line.trim_end()))),
        }
    }

    /// The last line that it printed besides its answers: in Python, that is what went wrong.
    fn last_words(&self) -> String {
        let mut text = Vec::new();
        let read = (&self.log).rewind().and_then(|()| (&self.log).read_to_end(&mut text));
        let text = String::from_utf8_lossy(&text);
        let last = text.lines().rev().find(|line| !line.trim().is_empty());
        last.filter(|_| read.is_ok()).unwrap_or("it ended without a word").trim().to_owned()
    }

    fn failed(&self, reason: String) -> BenchError {
        BenchError::Failed { program: self.versions.program.clone(), reason }
    }
}

impl Program for Peer {
    fn name(&self) -> &str {
        &self.versions.program
    }

    fn version(&self) -> String {
        let Versions { program, version, device } = &self.versions;
        format!(
            "{program} {version}{}",
            if device == "cpu" { String::new() } else { format!(" on {device}") }
        )
    }

    fn train(&mut self, config: &RunConfig) -> Result<Trained, BenchError> {
        let trained: Trained = self.ask(&Request {
            hidden: &config.hidden,
            batch_size: config.batch_size,
            dropout: config.dropout,
            layer_norm: config.layer_norm,
            learning_rate: config.learning_rate,
            epochs: config.epochs,
            seed: config.seed,
        })?;
        Ok(Trained { peak_memory: process::peak_memory(self.child.id()), ..trained })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // What fails here is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
