//! Runs trials on this machine, several at a time, each in a process of its own: Burn's random
//! generator is one for all threads of a process, so that trials in threads would disturb each
//! other.

use std::{
    collections::VecDeque,
    fs::File,
    io,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use host::FileError;

use crate::{
    Executor, Observer, Trial,
    executor::{Crash, ExecutorError, Work},
};

/// How often a process is looked at.
const POLL: Duration = Duration::from_millis(20);

/// Processes of the trainer on this machine.
#[derive(Debug, Clone)]
pub struct LocalProcesses {
    /// How many run at the same time, at least 1.
    pub jobs: usize,
}

/// How a trial ended.
enum Ended {
    WithResult,
    Crashed(Crash),
    Stopped,
}

impl Executor for LocalProcesses {
    fn execute(
        &self,
        work: &Work<'_>,
        trials: Vec<Trial>,
        observer: &dyn Observer,
    ) -> Result<Vec<Crash>, ExecutorError> {
        let queue = Mutex::new(VecDeque::from(trials));
        let crashes = Mutex::new(Vec::new());
        let run_some = || -> Result<(), ExecutorError> {
            while !observer.is_stopped() {
                let Some(trial) = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
                else {
                    break;
                };
                match run_one(work, &trial, observer)? {
                    Ended::Stopped => break,
                    Ended::WithResult => observer.finished(&trial),
                    Ended::Crashed(crash) => {
                        observer.crashed(&trial);
                        crashes.lock().unwrap_or_else(PoisonError::into_inner).push(crash);
                    }
                }
            }
            Ok(())
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..self.jobs).map(|_| scope.spawn(run_some)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
        })?;
        Ok(crashes.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Runs one trial to its end, from its last checkpoint if it has one.
fn run_one(
    work: &Work<'_>,
    trial: &Trial,
    observer: &dyn Observer,
) -> Result<Ended, ExecutorError> {
    let job = match work.job(trial) {
        Ok(job) => job,
        Err(crash) => return Ok(Ended::Crashed(crash)),
    };
    let (trainer, log) = (work.trainer.path(), work.log(trial));
    let output = File::create(&log).map_err(FileError::at(&log))?;
    let failed = |reason| ExecutorError::Program { path: trainer.to_owned(), reason };
    let mut child = start(trainer, &job, output).map_err(failed)?;
    let mut input = child.stdin.take();
    while child.try_wait().map_err(failed)?.is_none() {
        if observer.is_stopped() {
            // With this, it saves and ends.
            input.take();
        }
        observer.running(trial);
        thread::sleep(POLL);
    }
    Ok(match (work.folder.is_done(&trial.name), observer.is_stopped()) {
        (true, _) => Ended::WithResult,
        (false, true) => Ended::Stopped,
        (false, false) => {
            Ended::Crashed(Crash { name: trial.name.clone(), reason: String::new(), log })
        }
    })
}

/// Starts the trainer on a job, and has it write what it prints to this file.
fn start(trainer: &Path, job: &Path, output: File) -> io::Result<Child> {
    let mut trainer = Command::new(trainer);
    trainer.arg("--stop-at-end-of-input").arg(job);
    trainer.stdin(Stdio::piped()).stdout(output.try_clone()?).stderr(output).spawn()
}
