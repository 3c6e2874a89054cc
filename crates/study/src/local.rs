//! Runs trials on this machine, several at a time, each in a process of its own: Burn's random
//! generator is one for all threads of a process, so that trials in threads would disturb each
//! other.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use host::{FileError, child, file::begin};

use crate::{Crash, Executor, ExecutorError, Monitor, Trial, Work};

/// The interval between two looks at a process.
const POLL: Duration = Duration::from_millis(20);

/// Processes of the trainer on this machine.
#[derive(Debug, Clone)]
pub struct LocalProcesses {
    /// The number of processes at the same time, at least 1.
    pub jobs: usize,
}

impl Executor for LocalProcesses {
    fn execute(
        &self,
        work: &Work<'_>,
        trials: Vec<Trial>,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Crash>, ExecutorError> {
        let workers = self.jobs.min(trials.len());
        let queue = Mutex::new(trials.into_iter());
        let crashes = Mutex::new(Vec::new());
        let run_some = || -> Result<(), ExecutorError> {
            while !monitor.is_stopped()
                && let Some(trial) = next(&queue)
            {
                let crash = run_one(work, &trial, monitor)?;
                crashes.lock().unwrap_or_else(PoisonError::into_inner).extend(crash);
            }
            Ok(())
        };
        thread::scope(|scope| {
            // This thread works, too. Where the system allows no more threads, fewer trials run at
            // the same time.
            let worker = |_| thread::Builder::new().spawn_scoped(scope, run_some).ok();
            let workers: Vec<_> = (1..workers).map_while(worker).collect();
            let mine = run_some();
            workers
                .into_iter()
                .fold(mine, |so_far, worker| so_far.and(worker.join().unwrap_or(Ok(()))))
        })?;
        Ok(crashes.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Takes a trial; the queue is unlocked again when this returns.
fn next<T>(queue: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).next()
}

/// Runs one trial to its end, from its last checkpoint if it has one.
fn run_one(
    work: &Work<'_>,
    trial: &Trial,
    monitor: &dyn Monitor,
) -> Result<Option<Crash>, ExecutorError> {
    let crash = match prepare(work, trial) {
        Err(crash) => crash,
        Ok((job, log)) => {
            let status = train(work, trial, &job, log, monitor)?;
            if work.folder.is_done(&trial.name) {
                monitor.finished(trial);
                return Ok(None);
            }
            if monitor.is_stopped() {
                return Ok(None);
            }
            work.crash(trial, child::killed(status).unwrap_or_default())
        }
    };
    monitor.crashed(trial);
    Ok(Some(crash))
}

/// Writes the job of a trial, and begins its log.
fn prepare(work: &Work<'_>, trial: &Trial) -> Result<(PathBuf, File), Crash> {
    let job = work.job(trial)?;
    let log = begin(&work.log(trial));
    log.map(|log| (job, log)).map_err(|error| work.crash(trial, error.to_string()))
}

/// Runs the trainer on a job to its end.
fn train(
    work: &Work<'_>,
    trial: &Trial,
    job: &Path,
    log: File,
    monitor: &dyn Monitor,
) -> Result<ExitStatus, FileError> {
    let trainer = work.trainer.path();
    let failed = |reason| FileError { path: trainer.to_owned(), reason };
    let mut child = start(trainer, job, log).map_err(failed)?;
    let mut input = child.stdin.take();
    loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            return Ok(status);
        }
        if monitor.is_stopped() {
            // At the end of its input, the trainer saves and ends.
            input.take();
        }
        monitor.running(trial);
        thread::sleep(POLL);
    }
}

/// Starts the trainer on a job, with its output in this file.
fn start(trainer: &Path, job: &Path, output: File) -> io::Result<Child> {
    let mut trainer = Command::new(trainer);
    trainer.arg("--stop-at-end-of-input").arg(job);
    trainer.stdin(Stdio::piped()).stdout(output.try_clone()?).stderr(output).spawn()
}
