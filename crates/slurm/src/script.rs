//! The job script, which each task executes.

use std::path::Path;

/// The part of the script that is the same for each submission.
const BODY: &str = include_str!("job.sh");

/// The part of the script that differs. Paths are absolute.
#[derive(Debug)]
pub struct Script<'a> {
    /// Number of trials.
    pub trials: usize,
    /// Trials of a task, which run one after the other.
    pub per_task: usize,
    /// Threads of a trainer.
    pub threads: usize,
    /// The folder to which relative paths in the jobs refer.
    pub workspace: &'a Path,
    /// The folders of the trials.
    pub runs: &'a Path,
    /// The folder of the script, the trainer, the list of trials, and the logs.
    pub submission: &'a Path,
}

impl Script<'_> {
    /// The text of the script.
    pub fn text(&self) -> String {
        let Self { trials, per_task, threads, .. } = self;
        let logs = option(&self.submission.join("logs").to_string_lossy().replace('%', "%%"));
        let [workspace, runs, submission] = [self.workspace, self.runs, self.submission]
            .map(|path| quoted(&path.to_string_lossy()));
        format!(
            "#!/bin/bash\n\
             # {trials} runs of an analysis as an array of tasks, {per_task} per task. Slurm \
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

/// A value between double quotes, escaped for Slurm.
fn option(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// A word, quoted for a shell.
pub(crate) fn quoted(text: &str) -> String {
    // Only NUL cannot be quoted, and neither a path nor an argument contains it.
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

    #[cfg(target_os = "linux")]
    #[test]
    fn a_log_that_is_a_link_is_replaced_and_its_target_stays() {
        use std::{
            fs,
            os::unix::fs::{PermissionsExt, symlink},
            process::Command,
        };
        let folder = tempfile::tempdir().unwrap();
        let [runs, submission] = ["runs", "submission"].map(|name| folder.path().join(name));
        let (run, other, trainer) =
            (runs.join("a"), folder.path().join("other"), submission.join("trainer"));
        fs::create_dir_all(&run).unwrap();
        fs::create_dir(&submission).unwrap();
        fs::write(&trainer, "#!/bin/sh\necho trained\n").unwrap();
        fs::set_permissions(&trainer, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(submission.join("trials.txt"), "a\n").unwrap();
        fs::write(&other, "theirs").unwrap();
        symlink(&other, run.join("log.txt")).unwrap();
        let script = Script {
            trials: 1,
            per_task: 1,
            threads: 1,
            workspace: folder.path(),
            runs: &runs,
            submission: &submission,
        };
        let mut bash = Command::new("bash");
        bash.args(["-c", &script.text(), "job.sh", "0"]).env("SLURM_ARRAY_TASK_ID", "0");
        let output = bash.env("TMPDIR", folder.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(fs::read_to_string(&other).unwrap(), "theirs");
        assert_eq!(fs::read_to_string(run.join("log.txt")).unwrap(), "trained\n");
    }
}
