//! Slurm's own commands, as far as they are needed: `scontrol`, `sbatch`, `squeue`.

use std::{
    collections::HashMap,
    io,
    process::{Command, Stdio},
    time::Duration,
};

use process_control::{ChildExt, Control};
use study::ExecutorError;

/// How long a command may take. Without a `slurm.conf` they look for one for a minute.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a task waits that was queued again, and then could not be started.
const HELD: &str = "launch failed requeued held";

const HINT: &str = "is there a slurm.conf (in /etc/slurm, or where SLURM_CONF says), and does the \
    controller run? `scontrol ping` tells";

/// A cluster that answers.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// How many tasks an array may have.
    pub most_tasks: usize,
}

/// A task of an array: the array's job id, and the task's index in it.
pub type TaskId = (String, usize);

/// What Slurm says of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What it is about to become.
    pub phase: Phase,
    /// In Slurm's words: `RUNNING`, `CANCELLED`,
    /// <https://slurm.schedmd.com/squeue.html#SECTION_JOB-STATE-CODES>.
    pub state: String,
    /// Why it waits.
    pub reason: String,
    /// Where it is, or was.
    pub node: String,
}

/// What Slurm says of tasks. It forgets those that ended minutes ago.
pub type Tasks = HashMap<TaskId, Task>;

/// What a task's state comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Slurm will start it.
    Queued,
    /// It is on a node.
    Running,
    /// It is over.
    Ended,
}

/// Why Slurm cannot be asked. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum SlurmError {
    /// The command is not there.
    #[error(
        "{0}: not found on the PATH; --slurm needs Slurm's commands: start it on the login node of \
         a cluster"
    )]
    NotFound(&'static str),
    /// The command does not come to an end.
    #[error("{0}: no answer within {seconds} seconds; {HINT}", seconds = PATIENCE.as_secs())]
    Silent(&'static str),
    /// There is no cluster.
    #[error("{0}; {HINT}")]
    NoCluster(String),
    /// The command cannot be run.
    #[error("{0}: {1}")]
    Io(&'static str, io::Error),
    /// The command refused.
    #[error("{0}")]
    Refused(String),
    /// The command said something else than expected.
    #[error("{program}: {said:?}; expected {expected}")]
    Unexpected {
        /// The command.
        program: &'static str,
        /// What it said.
        said: String,
        /// What it should have said.
        expected: &'static str,
    },
}

impl From<SlurmError> for ExecutorError {
    fn from(error: SlurmError) -> Self {
        Self::System(Box::new(error))
    }
}

impl Cluster {
    /// Asks the controller for its limits.
    ///
    /// # Errors
    /// There is no Slurm, or its controller is down.
    pub fn connect() -> Result<Self, SlurmError> {
        let config = said("scontrol", &["show", "config"]).map_err(|error| match error {
            SlurmError::Refused(told) => SlurmError::NoCluster(told),
            error => error,
        })?;
        Ok(Self { most_tasks: most_tasks(&config)? })
    }

    /// Submits with these arguments of `sbatch`, and gives the job id.
    ///
    /// # Errors
    /// Slurm refuses.
    pub fn submit(&self, arguments: &[String]) -> Result<String, SlurmError> {
        let said = said("sbatch", arguments)?;
        // In a federation, `;` and the name of the cluster follow.
        let id = said.trim().split(';').next().unwrap_or_default();
        match id.parse::<u64>() {
            Ok(_) => Ok(id.to_owned()),
            Err(_) => {
                Err(SlurmError::Unexpected { program: "sbatch", said, expected: "the id of a job" })
            }
        }
    }

    /// What Slurm says of the tasks of these jobs.
    ///
    /// # Errors
    /// The controller is down.
    pub fn tasks(&self, jobs: &[&str]) -> Result<Tasks, SlurmError> {
        if jobs.is_empty() {
            return Ok(Tasks::new());
        }
        match said("squeue", &["-h", "-r", "-t", "all", "-j", &jobs.join(","), "-o", "%i|%T|%r|%N"])
        {
            // So it says of a single job that it has forgotten.
            Err(SlurmError::Refused(told)) if told.contains("Invalid job id") => Ok(Tasks::new()),
            listed => Ok(listed?.lines().filter_map(task).collect()),
        }
    }
}

/// `MaxArraySize` in what `scontrol show config` says: one more than the highest index.
fn most_tasks(config: &str) -> Result<usize, SlurmError> {
    let values = config.lines().filter_map(|line| line.split_once('='));
    let mut sizes = values.filter(|(name, _)| name.trim() == "MaxArraySize");
    let size = sizes.next().map(|(_, size)| size.trim());
    size.and_then(|size| size.parse().ok()).filter(|size| *size > 0).ok_or_else(|| {
        SlurmError::Unexpected {
            program: "scontrol show config",
            said: format!("MaxArraySize = {}", size.unwrap_or_default()),
            expected: "at least 1: the runs are tasks of job arrays",
        }
    })
}

/// A line of `squeue`; none if it is about no task of an array.
fn task(line: &str) -> Option<(TaskId, Task)> {
    let mut parts = line.splitn(4, '|');
    let (job, index) = parts.next()?.split_once('_')?;
    let (state, reason, node) = (parts.next()?, parts.next()?, parts.next()?);
    let phase = match state {
        // Nobody will start it, unless somebody lets it go.
        "PENDING" if reason == HELD => Phase::Ended,
        "PENDING" | "REQUEUED" | "REQUEUE_FED" | "REQUEUE_HOLD" | "RESV_DEL_HOLD"
        | "SPECIAL_EXIT" => Phase::Queued,
        "RUNNING" | "COMPLETING" | "CONFIGURING" | "RESIZING" | "SIGNALING" | "STAGE_OUT"
        | "STOPPED" | "SUSPENDED" => Phase::Running,
        _ => Phase::Ended,
    };
    let [state, reason, node] = [state, reason, node].map(str::to_owned);
    Some(((job.to_owned(), index.parse().ok()?), Task { phase, state, reason, node }))
}

/// What a command prints.
fn said(
    program: &'static str,
    arguments: &[impl AsRef<std::ffi::OsStr>],
) -> Result<String, SlurmError> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => SlurmError::NotFound(program),
        _ => SlurmError::Io(program, error),
    })?;
    let ended = child.controlled_with_output().time_limit(PATIENCE).terminate_for_timeout().wait();
    let output = ended
        .map_err(|error| SlurmError::Io(program, error))?
        .ok_or(SlurmError::Silent(program))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(SlurmError::Refused(refusal(program, &String::from_utf8_lossy(&output.stderr))))
    }
}

/// What a command that refuses says, in one line.
fn refusal(program: &str, told: &str) -> String {
    let prefix = format!("{program}: ");
    let lines = told.lines().map(|line| {
        let line = line.trim().strip_prefix(&prefix).unwrap_or(line.trim());
        line.strip_prefix("error: ").unwrap_or(line)
    });
    format!("{prefix}{}", lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use super::*;

    #[test]
    fn tasks_are_read_from_the_lines_of_squeue() {
        let of =
            |line: &str| task(line).map(|((job, index), task)| (job, index, task.phase, task.node));
        let expected =
            |index, phase, node: &str| Some(("12".to_owned(), index, phase, node.to_owned()));
        for (line, found) in [
            ("12_0|RUNNING|None|n1", expected(0, Phase::Running, "n1")),
            ("12_7|PENDING|Resources|", expected(7, Phase::Queued, "")),
            ("12_8|PENDING|(null)|n2", expected(8, Phase::Queued, "n2")),
            ("12_0|PENDING|launch failed requeued held|", expected(0, Phase::Ended, "")),
            ("12_9|COMPLETING|None|n3", expected(9, Phase::Running, "n3")),
            ("12_1|CANCELLED|None|n1", expected(1, Phase::Ended, "n1")),
            ("12_2|COMPLETED|None|n1", expected(2, Phase::Ended, "n1")),
            ("12_3|NODE_FAIL|None|n1", expected(3, Phase::Ended, "n1")),
            ("12_4|WHATEVER_IS_NEW|None|n1", expected(4, Phase::Ended, "n1")),
            ("12|RUNNING|None|n1", None),
            ("12_[3-9]|PENDING|None|", None),
            ("", None),
        ] {
            assert_eq!(of(line), found, "{line}");
        }
    }

    #[test]
    fn the_size_of_arrays_is_read_from_the_configuration() {
        let config = "LogTimeFormat           = iso8601_ms\nMaxArraySize            = \
            1001\nMaxDBDMsgs = 20024\n";
        assert_eq!(most_tasks(config).unwrap(), 1001);
        assert_eq!(
            most_tasks("MaxArraySize = 0").unwrap_err().to_string(),
            "scontrol show config: \"MaxArraySize = 0\"; expected at least 1: the runs are tasks \
             of job arrays"
        );
    }

    #[test]
    fn a_refusal_is_one_line() {
        let told = "sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job \
            submission failed: \
                    Invalid partition name specified\n";
        assert_eq!(
            refusal("sbatch", told),
            "sbatch: invalid partition specified: nope; Batch job submission failed: Invalid \
             partition name specified"
        );
    }
}
