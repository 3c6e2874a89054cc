//! The tasks of the submitted trials, and the status of each.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::PathBuf,
};

use host::FileError;
use study::{Crash, Monitor, StudyFolder, Trial, Work};

use crate::{
    cluster::{Status, TaskId, Tasks},
    submission::Submission,
};

/// The largest number of failed trials that are listed by name.
const LISTED: usize = 20;

/// The task of each submitted trial, the last one of several, and the log of the task.
#[derive(Debug)]
pub struct Assignments(HashMap<String, (TaskId, PathBuf)>);

impl Assignments {
    /// All submitted trials of a study.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn of(folder: &StudyFolder) -> Result<Self, FileError> {
        let submissions = Submission::all(folder)?;
        let assignments = submissions.iter().flat_map(Submission::assignments);
        Ok(Self(assignments.map(|(trial, assignment)| (trial.to_owned(), assignment)).collect()))
    }

    /// The ids of the jobs.
    pub fn jobs(&self) -> Vec<&str> {
        let mut jobs: Vec<&str> = self.0.values().map(|((job, _), _)| job.as_str()).collect();
        jobs.sort_unstable();
        jobs.dedup();
        jobs
    }

    /// The status of a trial that has no result; none if it was never submitted.
    pub fn status(&self, trial: &Trial, tasks: &Tasks) -> Option<Status> {
        let (id, _) = self.0.get(&trial.name)?;
        let forgotten =
            || Status::Ended(format!("Slurm no longer lists its task {}_{}", id.0, id.1));
        Some(tasks.get(id).cloned().unwrap_or_else(forgotten))
    }

    /// The crash of a trial that ended for this reason, with the error and the log that explain it.
    pub fn crash(&self, work: &Work<'_>, trial: &Trial, reason: String) -> Crash {
        let mut crash = work.crash(trial, reason);
        let printed = fs::read_to_string(&crash.log).unwrap_or_default();
        if let Some(error) = printed.lines().rfind(|line| line.starts_with("error: ")) {
            crash.reason += &format!("; {error}");
        }
        // The log of a task that has started its trainer holds nothing else.
        if printed.is_empty()
            && let Some((_, log)) = self.0.get(&trial.name)
        {
            crash.log.clone_from(log);
        }
        crash
    }

    /// Reports the status of the trials that have no result.
    pub fn report(&self, work: &Work<'_>, trials: &[Trial], tasks: &Tasks, monitor: &dyn Monitor) {
        let (mut running, mut queued, mut failed) = (0, BTreeMap::new(), Vec::new());
        for trial in trials {
            match self.status(trial, tasks) {
                None => {}
                Some(Status::Running) => running += 1,
                Some(Status::Queued(reason)) => *queued.entry(reason).or_insert(0) += 1,
                Some(Status::Ended(reason)) => failed.push(self.crash(work, trial, reason)),
            }
        }
        if running + queued.len() + failed.len() > 0 {
            let count: usize = queued.values().sum();
            let reasons: Vec<String> =
                queued.iter().map(|(reason, count)| format!("{reason}: {count}")).collect();
            let reasons = match reasons.join(", ") {
                reasons if reasons.is_empty() => reasons,
                reasons => format!(" ({reasons})"),
            };
            monitor.message(&format!(
                "in Slurm:  {running} running, {count} queued{reasons}, {} failed",
                failed.len()
            ));
        }
        for Crash { name, reason, log } in failed.iter().take(LISTED) {
            monitor.message(&format!("failed:    {name}: {reason}: {}", log.display()));
        }
        if failed.len() > LISTED {
            monitor.message(&format!("           and {} more", failed.len() - LISTED));
        }
    }
}
