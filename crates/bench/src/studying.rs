//! How long a study takes from its start to its report: twelve runs of ten epochs, two or more at a
//! time.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use run::{RunConfig, Workspace};
use study::{
    Crash, LocalProcesses, Monitor, Overrides, Study, StudyFolder, Trial, Work, catalog,
    scheduler::{self, cost},
};

use crate::{
    BenchError,
    data_files::DataFiles,
    peer::{Python, Script},
    process,
    program::Program,
    trainer::Trainer,
};

/// Learning rates, batch sizes, dropout and layer normalization, one seed each, seen from the
/// workspace.
const EXPERIMENTS: &str = "crates/bench/study";

/// The study.
///
/// # Errors
/// Its files are not there.
pub fn planned(data: &DataFiles) -> Result<Study<Trial>, BenchError> {
    let overrides = Overrides { seeds: Some(1), epochs: None, settings: data.settings() };
    let experiments = catalog::read(Path::new(EXPERIMENTS), &[], &overrides);
    Ok(Study {
        experiments: experiments.map_err(|error| BenchError::Workspace(error.to_string()))?,
    })
}

/// Seconds that this workspace takes, with so many runs at a time: it parses the CSV, trains, and
/// writes the report with all its pictures.
///
/// # Errors
/// A run failed, or the disk did.
pub fn ours(
    trainer: &mut Trainer,
    study: &Study<Trial>,
    jobs: usize,
    is_stopped: &(dyn Fn() -> bool + Sync),
) -> Timed {
    let started = Instant::now();
    let place = tempfile::tempdir_in(&trainer.folder).map_err(BenchError::file(&trainer.folder))?;
    let failed = |reason: String| BenchError::Failed { program: "the study".to_owned(), reason };
    let folder = StudyFolder::at(place.path().join("study"));
    let run = || -> Result<Vec<Crash>, Box<dyn std::error::Error>> {
        let _lock = folder.lock()?;
        folder.write(&study.clone().map(|trial| trial.name))?;
        let workspace = Workspace { revision: None, cache: Some(place.path().join("cache")) };
        let work = Work { folder: &folder, trainer: folder.freeze(&trainer.path)?, workspace };
        Ok(scheduler::run(&work, study.trials(), &LocalProcesses { jobs }, &Silent { is_stopped })?)
    };
    let crashes = run().map_err(|error| failed(error.to_string()))?;
    if is_stopped() {
        return Err(BenchError::Stopped);
    }
    if let Some(crash) = crashes.first() {
        return Err(failed(format!("the run {} crashed", crash.name)));
    }
    report::analysis::write(&folder).map_err(|error| failed(error.to_string()))?;
    let seconds = started.elapsed().as_secs_f64();
    if let Some(trial) = study.trials().first() {
        trainer.read_provenance(&folder.run(&trial.name))?;
    }
    Ok(seconds)
}

type Timed = Result<f64, BenchError>;

/// Seconds that a peer takes for the same runs in as many processes, each on a core of its own:
/// from the start of Python to the last number, without a report.
///
/// # Errors
/// One of them failed.
pub fn peers(python: &Python, script: Script, study: &Study<Trial>, jobs: usize) -> Timed {
    let started = Instant::now();
    let mut trials = study.trials();
    // As our scheduler does it, for the same reason.
    trials.sort_by(|a, b| cost(b).total_cmp(&cost(a)));
    let queue: Mutex<VecDeque<RunConfig>> =
        Mutex::new(trials.into_iter().map(|trial| trial.config).collect());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let cores = if process::can_pin() { process::cores() } else { Vec::new() };
    let work = |job: usize| -> Result<(), BenchError> {
        let core = (!cores.is_empty()).then(|| cores[job % cores.len()]);
        let mut peer = python.start(script, core)?;
        while let Some(config) = next() {
            peer.train(&config)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|job| scope.spawn(move || work(job))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
    })?;
    Ok(started.elapsed().as_secs_f64())
}

/// Watches without a word.
struct Silent<'a> {
    is_stopped: &'a (dyn Fn() -> bool + Sync),
}

impl Monitor for Silent<'_> {
    fn is_stopped(&self) -> bool {
        (self.is_stopped)()
    }
}
