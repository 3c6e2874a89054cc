//! This workspace's own trainer.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use run::{Backend, Job, Provenance, Run, RunConfig, RunFolder, Start, Workspace};

use crate::{
    BenchError, process,
    program::{Program, Trained},
};

/// The line with which the trainer says that it has loaded everything and begins.
const BEGINS: &str = "network ";

/// The trainer for a backend.
#[derive(Debug)]
pub struct Trainer {
    /// What it computes with.
    pub backend: Backend,
    /// The program.
    pub path: PathBuf,
    /// The core on which it runs; anywhere if none is given.
    pub core: Option<usize>,
    /// Where it keeps what it needs: nothing else may be there.
    pub folder: PathBuf,
    /// What it says of itself, once it has run.
    pub provenance: Option<Provenance>,
}

impl Trainer {
    /// Runs the trainer once, and gives the seconds until it begins to train.
    ///
    /// # Errors
    /// It failed.
    pub fn begin(&mut self, config: &RunConfig, cache: &Path) -> Result<f64, BenchError> {
        let (command, run) = self.prepare(config, cache)?;
        let seconds = until_first_step(command, self.name())?;
        self.read_provenance(&run)?;
        discard(&run)?;
        Ok(seconds)
    }

    /// Where what it has parsed is kept between runs.
    pub fn cache(&self) -> PathBuf {
        self.folder.join("cache")
    }

    /// A command that trains this, and where the run goes.
    fn prepare(
        &self,
        config: &RunConfig,
        cache: &Path,
    ) -> Result<(Command, RunFolder), BenchError> {
        fs::create_dir_all(&self.folder).map_err(BenchError::file(&self.folder))?;
        let folder = RunFolder::at(self.folder.join("run"));
        discard(&folder)?;
        let file = self.folder.join("job.toml");
        let workspace = Workspace { revision: None, cache: Some(cache.to_owned()) };
        let job =
            Job { config: config.clone(), folder: folder.clone(), start: Start::New, workspace };
        job.write(&file).map_err(|error| self.failed(error.to_string()))?;
        let mut command = process::command(&self.path, self.core);
        command.arg(&file);
        Ok((command, folder))
    }

    /// Takes from one of its runs what it says of itself there.
    ///
    /// # Errors
    /// The run cannot be read.
    pub fn read_provenance(&mut self, run: &RunFolder) -> Result<(), BenchError> {
        let run = Run::read(run.clone()).map_err(|error| self.failed(error.to_string()))?;
        self.provenance = Some(run.provenance);
        Ok(())
    }

    fn failed(&self, reason: String) -> BenchError {
        BenchError::Failed { program: self.name().to_owned(), reason }
    }
}

impl Program for Trainer {
    fn name(&self) -> &str {
        self.backend.name()
    }

    fn version(&self) -> String {
        let provenance = self.provenance.clone().unwrap_or_default();
        let Provenance { device, trainer, burn, rustc, .. } = provenance;
        // `rustc 1.95.0 (hash date)`
        let rustc = rustc.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        format!("{} {trainer} (Burn {burn}, {rustc}) on {device}", self.backend)
    }

    fn train(&mut self, config: &RunConfig) -> Result<Trained, BenchError> {
        let (mut command, run) = self.prepare(config, &self.cache())?;
        let log = self.folder.join("log.txt");
        let output = File::create(&log).map_err(BenchError::file(&log))?;
        let failed = || BenchError::process(self.name());
        command.stdout(output.try_clone().map_err(failed())?).stderr(output);
        let mut child = command.spawn().map_err(failed())?;
        let (succeeded, peak_memory) = process::watch(&mut child).map_err(failed())?;
        if !succeeded {
            let text = fs::read_to_string(&log).unwrap_or_default();
            let last = text
                .lines()
                .rev()
                .find(|line| !line.is_empty())
                .unwrap_or("it ended without a word");
            return Err(self.failed(last.to_owned()));
        }
        let result = run.read_result().map_err(|error| self.failed(error.to_string()))?;
        self.read_provenance(&run)?;
        let Some((summary, history)) = result else {
            return Err(self.failed("it left no result".to_owned()));
        };
        discard(&run)?;
        Ok(Trained {
            seconds: history.epochs().iter().map(|epoch| epoch.seconds).collect(),
            valid_accuracy: summary.final_valid_accuracy.unwrap_or(f64::NAN),
            test_accuracy: summary.test_accuracy.unwrap_or(f64::NAN),
            peak_memory,
        })
    }
}

/// Seconds from the start of this command until the trainer in it begins to train. It is then left
/// to end.
///
/// # Errors
/// It ends before.
pub fn until_first_step(mut command: Command, name: &str) -> Result<f64, BenchError> {
    let failed = || BenchError::process(name);
    let started = Instant::now();
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(failed())?;
    let lines =
        child.stdout.take().map(|output| BufReader::new(output).lines().map_while(Result::ok));
    let mut seconds = None;
    for line in lines.into_iter().flatten() {
        if seconds.is_none() && line.starts_with(BEGINS) {
            seconds = Some(started.elapsed().as_secs_f64());
        }
    }
    let succeeded = child.wait().map_err(failed())?.success();
    let reason = || "it did not train; run it by hand to see why".to_owned();
    seconds
        .filter(|_| succeeded)
        .ok_or_else(|| BenchError::Failed { program: name.to_owned(), reason: reason() })
}

/// Removes what an earlier run left.
fn discard(run: &RunFolder) -> Result<(), BenchError> {
    if run.path().exists() {
        fs::remove_dir_all(run.path()).map_err(BenchError::file(run.path()))?;
    }
    Ok(())
}
