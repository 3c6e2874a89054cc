//! Calls of Slurm's commands `scontrol`, `sbatch` and `squeue`.

use std::{
    collections::HashMap,
    io,
    process::{Command, Stdio},
    time::Duration,
};

use process_control::{ChildExt, Control};
use study::ExecutorError;

/// The time limit of a command. Without a `slurm.conf`, a command looks for one for a minute.
const PATIENCE: Duration = Duration::from_secs(20);

/// Slurm's reason for holding a requeued task that it cannot start.
const HELD: &str = "launch failed requeued held";

const HINT: &str = "check that there is a slurm.conf (in /etc/slurm, or at SLURM_CONF), and that \
    `scontrol ping` reaches the controller";

/// A cluster whose controller answers.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// The largest number of tasks in an array.
    pub most_tasks: usize,
}

/// A task of an array: the array's job id, and the task's index in it.
pub type TaskId = (String, usize);

/// The status of tasks. Slurm forgets a task some minutes after its end.
pub type Tasks = HashMap<TaskId, Status>;

/// The status of a task, from Slurm's
/// [state codes](https://slurm.schedmd.com/squeue.html#SECTION_JOB-STATE-CODES).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Slurm will start it; it waits for this reason.
    Queued(String),
    /// It is on a node.
    Running,
    /// It is over, for this reason.
    Ended(String),
}

/// The reason why a command of Slurm failed. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum SlurmError {
    /// The command is not installed.
    #[error(
        "{0}: not found on the PATH; --slurm needs Slurm's commands: run this command on the login \
         node of a cluster"
    )]
    NotFound(&'static str),
    /// The command does not end.
    #[error("{0}: no answer within {seconds} seconds; {HINT}", seconds = PATIENCE.as_secs())]
    Silent(&'static str),
    /// There is no cluster.
    #[error("{0}; {HINT}")]
    NoCluster(String),
    /// The command cannot be started.
    #[error("{0}: {1}")]
    Io(&'static str, io::Error),
    /// The command refused.
    #[error("{0}")]
    Refused(String),
    /// The command printed something unexpected.
    #[error("{program}: {printed:?}; expected {expected}")]
    Unexpected {
        /// The command.
        program: &'static str,
        /// Its output.
        printed: String,
        /// The output that would be right.
        expected: &'static str,
    },
}

impl From<SlurmError> for ExecutorError {
    fn from(error: SlurmError) -> Self {
        Self::System(Box::new(error))
    }
}

impl Cluster {
    /// Reads the limits of the cluster from its controller.
    ///
    /// # Errors
    /// There is no Slurm, or its controller is down.
    pub fn connect() -> Result<Self, SlurmError> {
        let config = output("scontrol", &["show", "config"]).map_err(|error| match error {
            SlurmError::Refused(text) => SlurmError::NoCluster(text),
            error => error,
        })?;
        Ok(Self { most_tasks: most_tasks(&config)? })
    }

    /// Submits with these arguments of `sbatch`, and returns the job id.
    ///
    /// # Errors
    /// Slurm refuses.
    pub fn submit(&self, arguments: &[String]) -> Result<String, SlurmError> {
        let printed = output("sbatch", arguments)?;
        // In a federation, `;` and the name of the cluster follow.
        let id = printed.trim().split(';').next().unwrap_or_default();
        if id.parse::<u64>().is_ok() {
            return Ok(id.to_owned());
        }
        Err(SlurmError::Unexpected { program: "sbatch", printed, expected: "a job id" })
    }

    /// The status of the tasks of these jobs.
    ///
    /// # Errors
    /// The controller is down.
    pub fn tasks(&self, jobs: &[&str]) -> Result<Tasks, SlurmError> {
        if jobs.is_empty() {
            return Ok(Tasks::new());
        }
        let jobs = jobs.join(",");
        match output("squeue", &["-h", "-r", "-t", "all", "-j", &jobs, "-o", "%i|%T|%r|%N"]) {
            // Its answer about a single job that it has forgotten.
            Err(SlurmError::Refused(text)) if text.contains("Invalid job id") => Ok(Tasks::new()),
            listed => Ok(listed?.lines().filter_map(task).collect()),
        }
    }
}

/// `MaxArraySize` in the output of `scontrol show config`: one more than the highest index.
fn most_tasks(config: &str) -> Result<usize, SlurmError> {
    let values = config.lines().filter_map(|line| line.split_once('='));
    let mut sizes = values.filter(|(name, _)| name.trim() == "MaxArraySize");
    let size = sizes.next().map(|(_, size)| size.trim());
    size.and_then(|size| size.parse().ok()).filter(|size| *size > 0).ok_or_else(|| {
        SlurmError::Unexpected {
            program: "scontrol show config",
            printed: format!("MaxArraySize = {}", size.unwrap_or_default()),
            expected: "at least 1, since the runs are tasks of job arrays",
        }
    })
}

/// A line of `squeue`; none if it is not about a task of an array.
fn task(line: &str) -> Option<(TaskId, Status)> {
    let mut parts = line.splitn(4, '|');
    let task = parts.next()?;
    let (state, reason, node) = (parts.next()?, parts.next()?, parts.next()?);
    let status = match state {
        // Slurm starts it only after `scontrol release`.
        "PENDING" if reason == HELD => {
            Status::Ended(format!("Slurm holds its task {task}: {reason}"))
        }
        "PENDING" | "REQUEUED" | "REQUEUE_FED" | "REQUEUE_HOLD" | "RESV_DEL_HOLD"
        | "SPECIAL_EXIT" => Status::Queued(reason.to_owned()),
        "RUNNING" | "COMPLETING" | "CONFIGURING" | "RESIZING" | "SIGNALING" | "STAGE_OUT"
        | "STOPPED" | "SUSPENDED" => Status::Running,
        "COMPLETED" => Status::Ended(format!(
            "Slurm reports COMPLETED, but there is no result; does the node {node} share the \
             folder?"
        )),
        _ => Status::Ended(format!("Slurm reports {state} on {node}")),
    };
    let (job, index) = task.split_once('_')?;
    Some(((job.to_owned(), index.parse().ok()?), status))
}

/// The output of a command.
fn output(
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

/// The errors of a command, in one line.
fn refusal(program: &str, errors: &str) -> String {
    let prefix = format!("{program}: ");
    let lines = errors.lines().map(|line| {
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
        let queued = |reason: &str| Some(Status::Queued(reason.to_owned()));
        let ended = |reason: &str| Some(Status::Ended(reason.to_owned()));
        for (line, index, expected) in [
            ("12_0|RUNNING|None|n1", 0, Some(Status::Running)),
            ("12_7|PENDING|Resources|", 7, queued("Resources")),
            ("12_8|PENDING|(null)|n2", 8, queued("(null)")),
            (
                "12_0|PENDING|launch failed requeued held|",
                0,
                ended("Slurm holds its task 12_0: launch failed requeued held"),
            ),
            ("12_9|COMPLETING|None|n3", 9, Some(Status::Running)),
            ("12_1|CANCELLED|None|n1", 1, ended("Slurm reports CANCELLED on n1")),
            (
                "12_2|COMPLETED|None|n1",
                2,
                ended(
                    "Slurm reports COMPLETED, but there is no result; does the node n1 share the \
                     folder?",
                ),
            ),
            ("12_3|NODE_FAIL|None|n1", 3, ended("Slurm reports NODE_FAIL on n1")),
            ("12_4|WHATEVER_IS_NEW|None|n1", 4, ended("Slurm reports WHATEVER_IS_NEW on n1")),
            ("12|RUNNING|None|n1", 0, None),
            ("12_[3-9]|PENDING|None|", 0, None),
            ("", 0, None),
        ] {
            let expected = expected.map(|status| (("12".to_owned(), index), status));
            assert_eq!(task(line), expected, "{line}");
        }
    }

    #[test]
    fn the_size_of_arrays_is_read_from_the_configuration() {
        let config = "LogTimeFormat           = iso8601_ms\nMaxArraySize            = \
            1001\nMaxDBDMsgs = 20024\n";
        assert_eq!(most_tasks(config).unwrap(), 1001);
        assert_eq!(
            most_tasks("MaxArraySize = 0").unwrap_err().to_string(),
            "scontrol show config: \"MaxArraySize = 0\"; expected at least 1, since the runs are \
             tasks of job arrays"
        );
    }

    #[test]
    fn a_refusal_is_one_line() {
        let errors = "sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job \
            submission failed: \
                    Invalid partition name specified\n";
        assert_eq!(
            refusal("sbatch", errors),
            "sbatch: invalid partition specified: nope; Batch job submission failed: Invalid \
             partition name specified"
        );
    }
}
