//! Runs the trials of a study on a cluster: an [`Executor`] that submits them as tasks of Slurm's
//! job arrays (<https://slurm.schedmd.com/job_array.html>). A task runs its trials one after the
//! other. This crate does not use Burn.
//!
//! 1. [`submission`] is a folder with everything that the tasks of one submission need, frozen;
//!    [`script`] is what a task does.
//! 2. [`cluster`] calls Slurm's commands.
//! 3. [`survey`] finds out what has become of the trials that were submitted before. A result on
//!    disk is the truth; what Slurm says comes second.

mod cluster;
mod script;
mod submission;
mod survey;

use std::{
    collections::HashMap,
    thread,
    time::{Duration, Instant},
};

use study::{Crash, Executor, ExecutorError, Observer, Trial, Work};

pub use cluster::{Cluster, SlurmError};

use cluster::Tasks;
use submission::Submission;
use survey::{Assignments, Fate};

/// How often Slurm is asked while somebody waits.
const POLL: Duration = Duration::from_secs(3);
/// How long a task has been over before its trial counts as crashed: a file that was just written
/// on one node may take a while to be seen on another.
const SETTLES: Duration = Duration::from_secs(10);
/// How often somebody who asks to stop is heard.
const HEARS: Duration = Duration::from_millis(100);

/// Tasks of Slurm.
#[derive(Debug, Clone)]
pub struct SlurmArrays {
    /// The cluster.
    pub cluster: Cluster,
    /// How many trials a task runs, one after the other, at least 1.
    pub per_task: usize,
    /// How many tasks run at the same time; as many as Slurm likes if none is given.
    pub most_running: Option<usize>,
    /// Arguments for `sbatch`.
    pub options: Vec<String>,
    /// What happens to the trials that are missing.
    pub then: Then,
}

/// What is done about trials that are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// They are submitted.
    Submit,
    /// They are submitted, and waited for.
    Wait,
    /// How they would be submitted is shown.
    Show,
}

impl Executor for SlurmArrays {
    fn execute(
        &self,
        work: &Work<'_>,
        trials: Vec<Trial>,
        observer: &dyn Observer,
    ) -> Result<Vec<Crash>, ExecutorError> {
        let assignments = Assignments::of(work.folder)?;
        let tasks = self.cluster.tasks(&assignments.jobs())?;
        assignments.tell(work, &trials, &tasks, observer);
        let is_open = |trial: &Trial| {
            matches!(assignments.fate(trial, &tasks), Fate::Queued(_) | Fate::Running)
        };
        let (open, missing): (Vec<Trial>, Vec<Trial>) = trials.into_iter().partition(is_open);
        let mut crashes = Vec::new();
        if self.then == Then::Show {
            self.show(work, &missing, observer)?;
        } else if !missing.is_empty() {
            crashes = self.submit(work, &missing, observer)?;
        }
        if self.then == Then::Wait {
            let failed =
                |trial: &Trial| crashes.iter().any(|crash: &Crash| crash.name == trial.name);
            let open = open.into_iter().chain(missing).filter(|trial| !failed(trial)).collect();
            crashes.extend(self.wait(work, open, observer)?);
        }
        Ok(crashes)
    }
}

impl SlurmArrays {
    /// Submits these trials, and gives those that could not be prepared.
    fn submit(
        &self,
        work: &Work<'_>,
        trials: &[Trial],
        observer: &dyn Observer,
    ) -> Result<Vec<Crash>, ExecutorError> {
        let (mut ready, mut crashes) = (Vec::new(), Vec::new());
        for trial in trials {
            match work.job(trial) {
                Ok(_) => ready.push(trial.clone()),
                Err(crash) => {
                    observer.crashed(trial);
                    crashes.push(crash);
                }
            }
        }
        if ready.is_empty() {
            return Ok(crashes);
        }
        let mut submission = Submission::create(work, &ready, self.per_task)?;
        let mut before = None;
        for mut array in submission::arrays(ready.len(), self.per_task, self.cluster.most_tasks) {
            let arguments =
                self.arguments(&array, before.as_deref(), &submission.script().to_string_lossy());
            array.id = match self.cluster.submit(&arguments) {
                Ok(id) => id,
                Err(error) => {
                    submission.discard_unused();
                    return Err(error.into());
                }
            };
            before = Some(array.id.clone());
            submission.add(array)?;
        }
        let jobs = submission.jobs().collect::<Vec<_>>().join(",");
        observer.tell(&format!(
            "submitted {} as job {jobs}: {}",
            runs(ready.len()),
            submission.script().display()
        ));
        observer.tell(&format!(
            "to look:   squeue -j {jobs}; to cancel: scancel {}",
            jobs.replace(',', " ")
        ));
        Ok(crashes)
    }

    /// Shows how these trials would be submitted.
    fn show(
        &self,
        work: &Work<'_>,
        trials: &[Trial],
        observer: &dyn Observer,
    ) -> Result<(), ExecutorError> {
        let folder = submission::parent(work.folder).join("NNN");
        let script = submission::script(work, trials, self.per_task, &folder)?;
        observer.tell(&script);
        let path = folder.join("job.sh");
        for array in submission::arrays(trials.len(), self.per_task, self.cluster.most_tasks) {
            let before = (array.skips > 0).then_some("JOB_BEFORE");
            let arguments = self.arguments(&array, before, &path.to_string_lossy());
            let quoted: Vec<String> =
                arguments.iter().map(|argument| script::quoted(argument)).collect();
            observer.tell(&format!("# sbatch {}", quoted.join(" ")));
        }
        Ok(())
    }

    /// The arguments of `sbatch` for an array. Those of the user come first: what is ours holds.
    fn arguments(
        &self,
        array: &submission::Array,
        before: Option<&str>,
        script: &str,
    ) -> Vec<String> {
        let most = self.most_running.map_or_else(String::new, |most| format!("%{most}"));
        let ours = ["--parsable".to_owned(), format!("--array=0-{}{most}", array.tasks - 1)];
        // The limit is one of each array.
        let before = before
            .filter(|_| self.most_running.is_some())
            .map(|job| format!("--dependency=afterany:{job}"));
        let script = [script.to_owned(), array.skips.to_string()];
        self.options.iter().cloned().chain(ours).chain(before).chain(script).collect()
    }

    /// Waits until these trials have ended, and gives those that have no result then.
    fn wait(
        &self,
        work: &Work<'_>,
        mut open: Vec<Trial>,
        observer: &dyn Observer,
    ) -> Result<Vec<Crash>, ExecutorError> {
        let assignments = Assignments::of(work.folder)?;
        let (mut crashes, mut over, mut silent) =
            (Vec::new(), HashMap::<String, Instant>::new(), None);
        while !open.is_empty() && !observer.is_stopped() {
            let tasks = self.ask(&assignments, &mut silent, observer);
            open.retain(|trial| {
                let fate = tasks.as_ref().map(|tasks| assignments.fate(trial, tasks));
                let may_be_done = !matches!(fate, Some(Fate::Queued(_)));
                if may_be_done && work.folder.is_done(&trial.name) {
                    observer.finished(trial);
                    return false;
                }
                let Some(Fate::Ended(reason)) = fate else {
                    over.remove(&trial.name);
                    if fate == Some(Fate::Running) {
                        observer.running(trial);
                    }
                    return true;
                };
                if over.entry(trial.name.clone()).or_insert_with(Instant::now).elapsed() < SETTLES {
                    return true;
                }
                observer.crashed(trial);
                crashes.push(assignments.crash(work, trial, reason));
                false
            });
            let asked = Instant::now();
            while !open.is_empty() && asked.elapsed() < POLL && !observer.is_stopped() {
                thread::sleep(HEARS);
            }
        }
        if !open.is_empty() {
            observer.tell("Slurm goes on with what was submitted");
        }
        Ok(crashes)
    }

    /// What Slurm says while somebody waits; nothing while its controller is away, which is told
    /// once.
    fn ask(
        &self,
        assignments: &Assignments,
        silent: &mut Option<SlurmError>,
        observer: &dyn Observer,
    ) -> Option<Tasks> {
        match self.cluster.tasks(&assignments.jobs()) {
            Ok(tasks) => {
                *silent = None;
                Some(tasks)
            }
            Err(error) => {
                if silent.is_none() && !observer.is_stopped() {
                    observer.tell(&format!("{error}; trying again"));
                }
                *silent = Some(error);
                None
            }
        }
    }
}

/// So many runs, in words.
fn runs(count: usize) -> String {
    if count == 1 { "1 run".to_owned() } else { format!("{count} runs") }
}
