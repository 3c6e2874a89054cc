//! What has become of trials that were submitted.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
};

use host::FileError;

use super::{
    cluster::{Phase, Tasks},
    submission::{Assignment, Submission},
};
use crate::{
    Observer, StudyFolder, Trial,
    executor::{Crash, Work},
};

/// No more trials that failed are named than this.
const NAMED: usize = 20;

/// The task of each trial that was submitted, the last one of several.
#[derive(Debug)]
pub struct Assignments(HashMap<String, Assignment>);

/// What has become of a trial that has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It was never submitted.
    New,
    /// Its task waits, for this reason.
    Queued(String),
    /// Its task runs.
    Running,
    /// Its task is over, as this says.
    Ended(String),
}

impl Assignments {
    /// All of a study.
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

    /// What has become of a trial that has no result.
    pub fn fate(&self, trial: &Trial, tasks: &Tasks) -> Fate {
        let Some((id, _)) = self.0.get(&trial.name) else { return Fate::New };
        let number = format!("{}_{}", id.0, id.1);
        let Some(task) = tasks.get(id) else {
            return Fate::Ended(format!("Slurm knows no more of its task {number}"));
        };
        match (task.phase, task.state.as_str()) {
            (Phase::Ended, "PENDING") => {
                Fate::Ended(format!("Slurm holds its task {number}: {}", task.reason))
            }
            (Phase::Queued, _) => Fate::Queued(task.reason.clone()),
            (Phase::Running, _) => Fate::Running,
            (Phase::Ended, "COMPLETED") => Fate::Ended(format!(
                "Slurm says COMPLETED, but there is no result; does the node {} share the folder?",
                task.node
            )),
            (Phase::Ended, state) => Fate::Ended(format!("Slurm says {state}, on {}", task.node)),
        }
    }

    /// A trial that has ended for this reason, with the log that says more.
    pub fn crash(&self, work: &Work<'_>, trial: &Trial, reason: String) -> Crash {
        let of_trainer = work.log(trial);
        let of_task = self.0.get(&trial.name).map(|(_, log)| log.clone());
        // A task that got as far as to start the trainer has said nothing but that.
        let text = fs::read_to_string(&of_trainer).unwrap_or_default();
        let error =
            text.lines().rfind(|line| line.starts_with("error: ")).map(|line| format!("; {line}"));
        let log = of_task.filter(|_| text.is_empty()).unwrap_or(of_trainer);
        Crash { name: trial.name.clone(), reason: reason + &error.unwrap_or_default(), log }
    }

    /// Says how the trials that have no result stand.
    pub fn tell(&self, work: &Work<'_>, trials: &[Trial], tasks: &Tasks, observer: &dyn Observer) {
        let (mut running, mut queued, mut ended) =
            (0, BTreeMap::<String, usize>::new(), Vec::new());
        for trial in trials {
            match self.fate(trial, tasks) {
                Fate::New => {}
                Fate::Running => running += 1,
                Fate::Queued(reason) => *queued.entry(reason).or_default() += 1,
                Fate::Ended(reason) => ended.push((trial, reason)),
            }
        }
        if running + queued.len() + ended.len() > 0 {
            let reasons: Vec<String> =
                queued.iter().map(|(reason, count)| format!("{count} for {reason}")).collect();
            let reasons = if reasons.is_empty() {
                String::new()
            } else {
                format!(" ({})", reasons.join(", "))
            };
            let queued: usize = queued.values().sum();
            observer.tell(&format!(
                "in Slurm:  {running} running, {queued} queued{reasons}, {} failed",
                ended.len()
            ));
        }
        for (trial, reason) in ended.iter().take(NAMED) {
            let Crash { name, reason, log } = self.crash(work, trial, reason.clone());
            observer.tell(&format!("failed:    {name}: {reason}: {}", log.display()));
        }
        if ended.len() > NAMED {
            observer.tell(&format!("           and {} more", ended.len() - NAMED));
        }
    }
}
