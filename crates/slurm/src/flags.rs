//! The flags with which an analysis runs on a cluster.

use slurm::{Cluster, SlurmArrays, SlurmError, Then};

use super::at_least_1;

/// The flags of `analysis` for a cluster.
#[derive(Debug, clap::Args)]
pub struct SlurmFlags {
    /// Submit the runs that are missing to a Slurm cluster; the same command again shows how they
    /// do
    #[arg(long, conflicts_with = "jobs")]
    slurm: bool,
    /// With --slurm: runs that a task does one after the other [default: 1]
    #[arg(long, value_name = "K", value_parser = at_least_1, requires = "slurm")]
    runs_per_task: Option<usize>,
    /// With --slurm: tasks at the same time, at most [default: as many as Slurm likes]
    #[arg(long, value_name = "N", value_parser = at_least_1, requires = "slurm")]
    max_running: Option<usize>,
    /// With --slurm: other flags for sbatch, such as "-A account -p gpu --gres=gpu:1"; may be given
    /// several times
    #[arg(long, value_name = "FLAGS", value_parser = words, requires = "slurm", allow_hyphen_values = true)]
    sbatch: Vec<Words>,
    /// With --slurm: stay until all runs have ended, and write the report
    #[arg(long, requires = "slurm", conflicts_with = "dry_run")]
    wait: bool,
    /// With --slurm: print the job script and submit nothing
    #[arg(long, requires = "slurm")]
    pub dry_run: bool,
}

/// Words as a shell tells them apart.
#[derive(Debug, Clone)]
struct Words(Vec<String>);

fn words(text: &str) -> Result<Words, String> {
    shlex::split(text)
        .map(Words)
        .ok_or_else(|| "expected flags as in a shell, with each quote closed".to_owned())
}

impl SlurmFlags {
    /// The cluster, if one is asked for.
    ///
    /// # Errors
    /// There is none.
    pub fn executor(&self) -> Result<Option<SlurmArrays>, SlurmError> {
        if !self.slurm {
            return Ok(None);
        }
        Ok(Some(SlurmArrays {
            cluster: Cluster::connect()?,
            per_task: self.runs_per_task.unwrap_or(1),
            most_running: self.max_running,
            options: self.sbatch.iter().flat_map(|words| words.0.clone()).collect(),
            then: match (self.wait, self.dry_run) {
                (true, _) => Then::Wait,
                (_, true) => Then::Show,
                _ => Then::Submit,
            },
        }))
    }
}
