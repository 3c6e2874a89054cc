//! Runs the trials of a study on a cluster: an [`Executor`] that submits them as tasks of Slurm's
//! job arrays (<https://slurm.schedmd.com/job_array.html>). A task runs its trials one after the
//! other. This crate does not use Burn.
//!
//! 1. `flags` are the flags of the command line.
//! 2. `submission` is a folder with everything that the tasks of one submission need, frozen;
//!    `script` is the job script, which each task executes.
//! 3. `cluster` calls Slurm's commands.
//! 4. `assignments` finds the status of the trials that were submitted before, and `wait` waits for
//!    them. A result on disk is the truth; Slurm's status comes second.

mod assignments;
mod cluster;
mod flags;
mod script;
mod submission;
mod wait;

use study::{Crash, Executor, ExecutorError, Monitor, Trial, Work};

pub use cluster::SlurmError;
pub use flags::SlurmFlags;

use assignments::Assignments;
use cluster::{Cluster, Status};
use submission::{Array, Submission};
use wait::Wait;

/// Job arrays of Slurm.
#[derive(Debug)]
pub struct JobArrays<'a> {
    cluster: Cluster,
    flags: &'a SlurmFlags,
}

impl Executor for JobArrays<'_> {
    fn execute(
        &self,
        work: &Work<'_>,
        trials: Vec<Trial>,
        monitor: &dyn Monitor,
    ) -> Result<Vec<Crash>, ExecutorError> {
        let assignments = Assignments::of(work.folder)?;
        let tasks = self.cluster.tasks(&assignments.jobs())?;
        assignments.report(work, &trials, &tasks, monitor);
        let is_open = |trial: &Trial| {
            matches!(assignments.status(trial, &tasks), Some(Status::Queued(_) | Status::Running))
        };
        let (mut open, missing): (Vec<Trial>, Vec<Trial>) = trials.into_iter().partition(is_open);
        if self.flags.dry_run {
            self.show(work, &missing, monitor)?;
            return Ok(Vec::new());
        }
        let (ready, mut crashes) = prepare(work, missing, monitor);
        if !ready.is_empty() {
            self.submit(work, &ready, monitor)?;
        }
        if self.flags.wait {
            open.extend(ready);
            crashes.extend(Wait::new(work, monitor)?.until_ended(&self.cluster, open));
        }
        Ok(crashes)
    }
}

/// Writes the jobs of these trials; returns the trials that are ready, and the crashes of the
/// others.
fn prepare(work: &Work<'_>, trials: Vec<Trial>, monitor: &dyn Monitor) -> (Vec<Trial>, Vec<Crash>) {
    let (mut ready, mut crashes) = (Vec::new(), Vec::new());
    for trial in trials {
        match work.job(&trial) {
            Ok(_) => ready.push(trial),
            Err(crash) => {
                monitor.crashed(&trial);
                crashes.push(crash);
            }
        }
    }
    (ready, crashes)
}

impl<'a> JobArrays<'a> {
    /// Connects to the cluster.
    ///
    /// # Errors
    /// There is no Slurm, or its controller is down.
    pub fn connect(flags: &'a SlurmFlags) -> Result<Self, SlurmError> {
        Ok(Self { cluster: Cluster::connect()?, flags })
    }

    /// Submits these trials.
    fn submit(
        &self,
        work: &Work<'_>,
        trials: &[Trial],
        monitor: &dyn Monitor,
    ) -> Result<(), ExecutorError> {
        let mut submission = Submission::create(work, trials, self.flags.per_task())?;
        let script = submission.script();
        let mut refused = Ok(());
        for mut array in self.arrays(trials) {
            let before = submission.jobs().last();
            let arguments = self.arguments(&array, before, &script.to_string_lossy());
            match self.cluster.submit(&arguments) {
                Ok(id) => array.id = id,
                Err(error) => {
                    refused = Err(error);
                    break;
                }
            }
            submission.add(array)?;
        }
        let jobs = submission.jobs().collect::<Vec<_>>().join(",");
        if jobs.is_empty() {
            submission.discard();
        } else {
            // Slurm has accepted these, also if it refused a later array.
            let (count, script) = (submission.assignments().len(), script.display());
            let noun = if count == 1 { "run" } else { "runs" };
            monitor.message(&format!("submitted {count} {noun} as job {jobs}: {script}"));
            let all = jobs.replace(',', " ");
            monitor.message(&format!("status:    squeue -j {jobs}; to cancel: scancel {all}"));
        }
        Ok(refused?)
    }

    /// Shows the job script of these trials and the commands that submit it.
    fn show(
        &self,
        work: &Work<'_>,
        trials: &[Trial],
        monitor: &dyn Monitor,
    ) -> Result<(), ExecutorError> {
        let folder = submission::parent(work.folder).join("NNN");
        monitor.message(&submission::script(work, trials, self.flags.per_task(), &folder)?);
        let path = folder.join("job.sh");
        for array in self.arrays(trials) {
            let before = (array.skips > 0).then_some("JOB_BEFORE");
            let arguments = self.arguments(&array, before, &path.to_string_lossy());
            let quoted: Vec<String> =
                arguments.iter().map(|argument| script::quoted(argument)).collect();
            monitor.message(&format!("# sbatch {}", quoted.join(" ")));
        }
        Ok(())
    }

    fn arrays(&self, trials: &[Trial]) -> Vec<Array> {
        submission::arrays(trials.len(), self.flags.per_task(), self.cluster.most_tasks)
    }

    /// The arguments of `sbatch` for an array. Those of the user come first: ours take precedence.
    fn arguments(&self, array: &Array, before: Option<&str>, script: &str) -> Vec<String> {
        let most = self.flags.max_running;
        let limit = most.map_or_else(String::new, |most| format!("%{most}"));
        let ours = ["--parsable".to_owned(), format!("--array=0-{}{limit}", array.tasks - 1)];
        // The limit is one of each array.
        let before =
            before.filter(|_| most.is_some()).map(|job| format!("--dependency=afterany:{job}"));
        let script = [script.to_owned(), array.skips.to_string()];
        self.flags.options().chain(ours).chain(before).chain(script).collect()
    }
}
