//! What a task does: the text of the job script.

use std::path::Path;

/// The program of the script, which is the same for each study.
const BODY: &str = include_str!("job.sh");

/// What scripts differ in. Paths are absolute.
#[derive(Debug)]
pub struct Script<'a> {
    /// How many trials there are.
    pub trials: usize,
    /// How many of them a task runs, one after the other.
    pub per_task: usize,
    /// The threads of a trainer.
    pub threads: usize,
    /// Where the paths in the jobs begin.
    pub workspace: &'a Path,
    /// The folders of the trials.
    pub runs: &'a Path,
    /// Where the script is, with the trainer, the list of trials, and the logs.
    pub submission: &'a Path,
}

impl Script<'_> {
    /// Its text.
    pub fn text(&self) -> String {
        let Self { trials, per_task, threads, .. } = self;
        let logs = option(&self.submission.join("logs").to_string_lossy().replace('%', "%%"));
        let [workspace, runs, submission] = [self.workspace, self.runs, self.submission]
            .map(|path| quoted(&path.to_string_lossy()));
        format!(
            "#!/bin/bash\n\
             # {trials} runs of an analysis as an array of tasks, {per_task} to a task. Slurm \
             starts this script once for each task.\n\
             #SBATCH --job-name=analysis\n\
             #SBATCH --output=\"{logs}/%A_%a.log\"\n\
             #SBATCH --open-mode=append\n\
             #SBATCH --requeue\n\
             #SBATCH --signal=B:TERM@60\n\
             #SBATCH --ntasks=1\n\
             #SBATCH --cpus-per-task={threads}\n\
             \n\
             workspace={workspace}\n\
             runs={runs}\n\
             submission={submission}\n\
             per_task={per_task}\n\
             \n\
             {BODY}"
        )
    }
}

/// As Slurm reads a value between double quotes.
fn option(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// As a shell reads it.
pub(crate) fn quoted(text: &str) -> String {
    // What a command line or a path holds has no NUL in it, which alone cannot be quoted.
    shlex::try_quote(text).unwrap_or_default().into_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use super::*;

    #[test]
    fn the_script() {
        let script = Script {
            trials: 14,
            per_task: 2,
            threads: 1,
            workspace: Path::new("/home/ada/my digits"),
            runs: Path::new("/home/ada/my digits/runs/analysis/runs"),
            submission: Path::new("/home/ada/my digits/runs/analysis/slurm/001"),
        };
        insta::assert_snapshot!(script.text());
    }
}
