//! Runs trials, several at a time, each a process of its own: Burn's random generator is one for all threads of a
//! process, so that runs in threads would disturb each other.

use std::{
    collections::VecDeque,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use run::{Outcome, StudyFolder, TrainFlags, Trial};

use super::view::View;
use crate::interrupt;

/// How often a run is looked at.
const GLANCE: Duration = Duration::from_millis(20);

/// A run that ended without a result, and its log.
pub type Crash = (String, PathBuf);

/// Runs the trials whose results are missing, and gives those that crashed.
///
/// # Errors
/// A folder cannot be read or written.
pub fn run(trainer: &Path, folder: &StudyFolder, trials: Vec<Trial>, jobs: usize) -> anyhow::Result<Vec<Crash>> {
    let view = View::new(&trials);
    let (done, mut missing): (Vec<_>, Vec<_>) = trials.into_iter().partition(|trial| is_done(folder, trial));
    view.found(&done);
    // The longest first: then no long one is left alone at the end.
    missing.sort_by(|a, b| View::cost(b).total_cmp(&View::cost(a)));
    let queue = Mutex::new(VecDeque::from(missing));
    let crashes = Mutex::new(Vec::new());
    let work = || -> anyhow::Result<()> {
        while !interrupt::asked() {
            let Some(trial) = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front() else { break };
            match run_one(trainer, folder, &trial, &view)? {
                Ended::Stopped => break,
                Ended::WithResult => view.finished(&trial, folder),
                Ended::Crashed(log) => {
                    view.crashed(&trial);
                    crashes.lock().unwrap_or_else(PoisonError::into_inner).push((trial.name, log));
                }
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
    })?;
    Ok(crashes.into_inner().unwrap_or_else(PoisonError::into_inner))
}

enum Ended {
    WithResult,
    Crashed(PathBuf),
    Stopped,
}

/// A run that diverged has a result, too.
fn is_done(folder: &StudyFolder, trial: &Trial) -> bool {
    let summary = folder.run(&trial.name).read_summary();
    matches!(summary, Ok(Some(summary)) if summary.outcome != Outcome::Interrupted)
}

/// Runs one trial to its end, from its last checkpoint if it has one.
fn run_one(trainer: &Path, folder: &StudyFolder, trial: &Trial, view: &View) -> anyhow::Result<Ended> {
    let run = folder.run(&trial.name);
    // Whoever killed an analysis before may have left its runs alive: they are let to finish.
    while !interrupt::asked() && run.lock().is_err() {
        thread::sleep(GLANCE);
    }
    if is_done(folder, trial) {
        return Ok(Ended::WithResult);
    }
    let resume = run.holds_run();
    let settings = if resume { run::Settings::default() } else { trial.config.settings() };
    let flags = TrainFlags { settings, out: Some(run.path().to_owned()), resume, ..TrainFlags::default() };
    let log = run.path().join("log.txt");
    let output = File::create(&log)?;
    let mut child = Command::new(trainer)
        .args(flags.to_arguments()?)
        .env("RAYON_NUM_THREADS", "1")
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()?;
    let mut running = view.started(trial);
    while child.try_wait()?.is_none() {
        running.look(folder);
        thread::sleep(GLANCE);
    }
    drop(running);
    Ok(match (is_done(folder, trial), interrupt::asked()) {
        (true, _) => Ended::WithResult,
        (false, true) => Ended::Stopped,
        (false, false) => Ended::Crashed(log),
    })
}
