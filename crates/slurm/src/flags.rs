//! The flags of an analysis on a cluster.

use host::flags::from_1_to;

/// More runs or tasks than any cluster takes: a limit against typing errors.
const MOST: u64 = 1_000_000;

/// The flags of `analysis` for a Slurm cluster.
#[derive(Debug, clap::Args)]
pub struct SlurmFlags {
    /// Submit the missing runs to a Slurm cluster; rerun the command for their status
    #[arg(long, conflicts_with = "jobs")]
    pub slurm: bool,
    /// With --slurm: runs per task, one after the other [default: 1]
    #[arg(long, value_name = "K", requires = "slurm", value_parser = from_1_to(MOST))]
    pub(crate) runs_per_task: Option<usize>,
    /// With --slurm: largest number of simultaneous tasks [default: no limit]
    #[arg(long, value_name = "N", requires = "slurm", value_parser = from_1_to(MOST))]
    pub(crate) max_running: Option<usize>,
    /// With --slurm: flags for sbatch, such as "-A account -p gpu --gres=gpu:1"; can be repeated
    #[arg(long, value_name = "FLAGS", requires = "slurm")]
    #[arg(value_parser = words, allow_hyphen_values = true)]
    sbatch: Vec<Words>,
    /// With --slurm: wait until all runs have ended, and write the report
    #[arg(long, requires = "slurm", conflicts_with = "dry_run")]
    pub(crate) wait: bool,
    /// With --slurm: print the job script and submit nothing
    #[arg(long, requires = "slurm")]
    pub dry_run: bool,
}

/// The words of a shell command.
#[derive(Debug, Clone)]
struct Words(Vec<String>);

fn words(text: &str) -> Result<Words, String> {
    shlex::split(text)
        .map(Words)
        .ok_or_else(|| "expected flags as in a shell, with each quote closed".to_owned())
}

impl SlurmFlags {
    /// Trials of a task.
    pub(crate) fn per_task(&self) -> usize {
        self.runs_per_task.unwrap_or(1)
    }

    /// Arguments for `sbatch`.
    pub(crate) fn options(&self) -> impl Iterator<Item = String> {
        self.sbatch.iter().flat_map(|words| words.0.clone())
    }
}
