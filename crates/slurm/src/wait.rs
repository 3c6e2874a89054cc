//! Waits for the submitted trials of a study.

use std::{
    collections::HashMap,
    thread,
    time::{Duration, Instant},
};

use host::FileError;
use study::{Crash, Monitor, Trial, Work};

use crate::{
    assignments::Assignments,
    cluster::{Cluster, Status, Tasks},
};

/// The interval between two requests to Slurm.
const POLL: Duration = Duration::from_secs(3);
/// The time from the end of a task until its trial counts as crashed: a file that was just written
/// on one node may take a while to be seen on another.
const SETTLES: Duration = Duration::from_secs(10);
/// The interval between two looks at the monitor's request to stop.
const HEARS: Duration = Duration::from_millis(100);

/// The state of the wait.
pub struct Wait<'a> {
    work: &'a Work<'a>,
    monitor: &'a dyn Monitor,
    assignments: Assignments,
    /// When the task of a trial without a result was first seen to be over.
    ended: HashMap<String, Instant>,
    crashes: Vec<Crash>,
    /// Whether the controller has not answered the last request.
    is_silent: bool,
}

impl<'a> Wait<'a> {
    /// Reads which trials were submitted.
    ///
    /// # Errors
    /// A file of the study cannot be read.
    pub fn new(work: &'a Work<'a>, monitor: &'a dyn Monitor) -> Result<Self, FileError> {
        let assignments = Assignments::of(work.folder)?;
        let (ended, crashes) = (HashMap::new(), Vec::new());
        Ok(Self { work, monitor, assignments, ended, crashes, is_silent: false })
    }

    /// Waits until these trials have ended, and returns those without a result.
    pub fn until_ended(mut self, cluster: &Cluster, mut open: Vec<Trial>) -> Vec<Crash> {
        while !open.is_empty() && !self.monitor.is_stopped() {
            let tasks = self.ask(cluster);
            open.retain(|trial| self.is_open(trial, tasks.as_ref()));
            let asked = Instant::now();
            while !open.is_empty() && asked.elapsed() < POLL && !self.monitor.is_stopped() {
                thread::sleep(HEARS);
            }
        }
        if !open.is_empty() {
            self.monitor.message("Slurm continues the submitted runs");
        }
        self.crashes
    }

    /// The status of the tasks; none while the controller is away, which is reported once.
    fn ask(&mut self, cluster: &Cluster) -> Option<Tasks> {
        let tasks = cluster.tasks(&self.assignments.jobs());
        if let Err(error) = &tasks
            && !self.is_silent
            && !self.monitor.is_stopped()
        {
            self.monitor.message(&format!("{error}; retrying"));
        }
        self.is_silent = tasks.is_err();
        tasks.ok()
    }

    /// Whether a trial has not ended; an end is reported.
    fn is_open(&mut self, trial: &Trial, tasks: Option<&Tasks>) -> bool {
        let status = tasks.and_then(|tasks| self.assignments.status(trial, tasks));
        if !matches!(status, Some(Status::Queued(_))) && self.work.folder.is_done(&trial.name) {
            self.monitor.finished(trial);
            return false;
        }
        let Some(Status::Ended(reason)) = status else {
            self.ended.remove(&trial.name);
            if status == Some(Status::Running) {
                self.monitor.running(trial);
            }
            return true;
        };
        let ended = *self.ended.entry(trial.name.clone()).or_insert_with(Instant::now);
        if ended.elapsed() < SETTLES {
            return true;
        }
        self.monitor.crashed(trial);
        self.crashes.push(self.assignments.crash(self.work, trial, reason));
        false
    }
}
