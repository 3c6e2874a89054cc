//! Runs trials on this machine, several at a time, each in a process of its own: Burn's random generator is one for all
//! threads of a process, so that trials in threads would disturb each other.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use run::{Job, Workspace, folder::FolderError};

use crate::{
    Executor, Observer, StudyFolder, Trial,
    executor::{Crash, ExecutorError},
};

/// How often a process is looked at.
const POLL: Duration = Duration::from_millis(20);

/// Processes of the trainer on this machine.
#[derive(Debug, Clone)]
pub struct LocalProcesses {
    /// The trainer's program.
    pub trainer: PathBuf,
    /// The workspace from which it was built.
    pub workspace: Workspace,
    /// How many run at the same time, at least 1.
    pub jobs: usize,
}

/// How a trial ended.
enum Ended {
    WithResult,
    Crashed(PathBuf),
    Stopped,
}

impl Executor for LocalProcesses {
    fn execute(
        &self,
        folder: &StudyFolder,
        trials: Vec<Trial>,
        observer: &dyn Observer,
    ) -> Result<Vec<Crash>, ExecutorError> {
        let trainer = folder.freeze(&self.trainer)?;
        let queue = Mutex::new(VecDeque::from(trials));
        let crashes = Mutex::new(Vec::new());
        let work = || -> Result<(), ExecutorError> {
            while !observer.is_stopped() {
                let Some(trial) = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front() else { break };
                match self.run_one(trainer.path(), folder, &trial, observer)? {
                    Ended::Stopped => break,
                    Ended::WithResult => observer.finished(&trial),
                    Ended::Crashed(log) => {
                        observer.crashed(&trial);
                        let crash = Crash { name: trial.name, log };
                        crashes.lock().unwrap_or_else(PoisonError::into_inner).push(crash);
                    }
                }
            }
            Ok(())
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..self.jobs).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
        })?;
        Ok(crashes.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

impl LocalProcesses {
    /// Runs one trial to its end, from its last checkpoint if it has one.
    fn run_one(
        &self,
        trainer: &Path,
        folder: &StudyFolder,
        trial: &Trial,
        observer: &dyn Observer,
    ) -> Result<Ended, ExecutorError> {
        let run = folder.run(&trial.name);
        // The trainers of an analysis that was just killed are saving.
        while !observer.is_stopped() && run.lock().is_err() {
            thread::sleep(POLL);
        }
        if folder.is_done(&trial.name) {
            return Ok(Ended::WithResult);
        }
        let log = run.path().join("log.txt");
        let job = match Job::continued(trial.config.clone(), run) {
            Ok(job) => Job { workspace: self.workspace.clone(), ..job },
            Err(error) => {
                let written = fs::write(&log, format!("error: {error}\n"));
                written.map_err(|reason| FolderError { path: log.clone(), reason })?;
                return Ok(Ended::Crashed(log));
            }
        };
        let file = job.folder.path().join("job.toml");
        job.write(&file)?;
        let output = File::create(&log).map_err(|reason| FolderError { path: log.clone(), reason })?;
        let failed = |reason| ExecutorError::Program { path: trainer.to_owned(), reason };
        let mut child = start(trainer, &file, output).map_err(failed)?;
        let mut input = child.stdin.take();
        while child.try_wait().map_err(failed)?.is_none() {
            if observer.is_stopped() {
                // With this, it saves and ends.
                input.take();
            }
            observer.running(trial);
            thread::sleep(POLL);
        }
        Ok(match (folder.is_done(&trial.name), observer.is_stopped()) {
            (true, _) => Ended::WithResult,
            (false, true) => Ended::Stopped,
            (false, false) => Ended::Crashed(log),
        })
    }
}

/// Starts the trainer on a job, and has it write what it prints to this file.
fn start(trainer: &Path, job: &Path, output: File) -> io::Result<Child> {
    let mut trainer = Command::new(trainer);
    trainer.arg("--stop-at-end-of-input").arg(job);
    trainer.stdin(Stdio::piped()).stdout(output.try_clone()?).stderr(output).spawn()
}
