//! A submission on disk: a numbered folder in `slurm/` of the study.
//!
//! | file | what it holds |
//! |---|---|
//! | `job.sh` | the job script: a [`Script`] |
//! | `trainer` | the trainer as it was then |
//! | `trials.txt` | the names of the trials, one per line, in the order of the tasks |
//! | `jobs.toml` | the ids of Slurm's jobs, and the lines of `trials.txt` that each runs |
//! | `logs/` | the output of each task; the output of the trainer is in the folder of the trial |

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use host::{FileError, write_whole};
use run::RunFolder;
use run::settings::without_jargon;
use serde::{Deserialize, Serialize};
use study::{StudyFolder, Trial, Work};

use crate::{cluster::TaskId, script::Script};

const TRIALS: &str = "trials.txt";
const JOBS: &str = "jobs.toml";

/// Trials that were submitted together.
#[derive(Debug)]
pub struct Submission {
    path: PathBuf,
    trials: Vec<String>,
    jobs: Jobs,
}

/// `jobs.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Jobs {
    /// Trials of a task.
    per_task: usize,
    arrays: Vec<Array>,
}

/// A job of Slurm: an array of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Array {
    /// Its id; none before it is submitted.
    pub id: String,
    /// Lines of `trials.txt` before those of this array.
    pub skips: usize,
    /// Number of tasks; their indices start at 0.
    pub tasks: usize,
}

/// The arrays of this number of trials.
pub fn arrays(trials: usize, per_task: usize, most_tasks: usize) -> Vec<Array> {
    let tasks = trials.div_ceil(per_task);
    let starts = (0..tasks).step_by(most_tasks);
    starts
        .map(|start| Array {
            id: String::new(),
            skips: start * per_task,
            tasks: (tasks - start).min(most_tasks),
        })
        .collect()
}

impl Submission {
    /// Every submission of a study, the oldest first.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn all(folder: &StudyFolder) -> Result<Vec<Self>, FileError> {
        let entries = match fs::read_dir(parent(folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.and_then(|entries| {
                entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()
            }),
        };
        let mut paths = entries.map_err(FileError::at(&parent(folder)))?;
        // 1000 comes after 999.
        paths.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
        // A submission that Slurm refused has no jobs.
        paths.into_iter().filter(|path| path.join(JOBS).is_file()).map(Self::read).collect()
    }

    fn read(path: PathBuf) -> Result<Self, FileError> {
        let read = |name: &str| {
            let path = path.join(name);
            fs::read_to_string(&path).map_err(FileError::at(&path))
        };
        let trials = read(TRIALS)?.lines().map(str::to_owned).collect();
        let jobs: Jobs = toml::from_str(&read(JOBS)?)
            .map_err(|error| FileError::refused(&path.join(JOBS), without_jargon(&error)))?;
        Ok(Self { path, trials, jobs })
    }

    /// Creates the folder of these trials, with everything that their tasks need.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn create(work: &Work<'_>, trials: &[Trial], per_task: usize) -> Result<Self, FileError> {
        let path = RunFolder::next_in(&parent(work.folder))?.path().to_owned();
        let path = absolute(&path)?;
        fs::create_dir_all(path.join("logs")).map_err(FileError::at(&path))?;
        work.trainer.link(&path.join("trainer")).map_err(FileError::at(&path))?;
        let names: Vec<String> = trials.iter().map(|trial| trial.name.clone()).collect();
        write_whole(&path.join(TRIALS), (names.join("\n") + "\n").as_bytes())?;
        let script = script(work, trials, per_task, &path)?;
        write_whole(&path.join("job.sh"), script.as_bytes())?;
        Ok(Self { path, trials: names, jobs: Jobs { per_task, arrays: Vec::new() } })
    }

    /// The job script.
    pub fn script(&self) -> PathBuf {
        self.path.join("job.sh")
    }

    /// Records a submitted array.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, array: Array) -> Result<(), FileError> {
        self.jobs.arrays.push(array);
        let path = self.path.join(JOBS);
        let text = toml::to_string(&self.jobs).map_err(|error| FileError::refused(&path, error))?;
        write_whole(&path, text.as_bytes())
    }

    /// Removes the folder, of which nothing was submitted.
    pub fn discard(self) {
        // A folder that stays is ignored.
        let _ = fs::remove_dir_all(&self.path);
    }

    /// The ids of its jobs.
    pub fn jobs(&self) -> impl Iterator<Item = &str> {
        self.jobs.arrays.iter().map(|array| array.id.as_str())
    }

    /// The task of each trial, and the log of the task.
    pub fn assignments(&self) -> HashMap<&str, (TaskId, PathBuf)> {
        let of_array = |array: &Array| {
            let (id, lines) = (array.id.clone(), array.tasks * self.jobs.per_task);
            let trials = self.trials.iter().skip(array.skips).take(lines).enumerate();
            let assigned = trials.map(move |(line, trial)| {
                let index = line / self.jobs.per_task;
                let log = self.path.join("logs").join(format!("{id}_{index}.log"));
                (trial.as_str(), ((id.clone(), index), log))
            });
            assigned.collect::<Vec<_>>()
        };
        self.jobs.arrays.iter().flat_map(of_array).collect()
    }
}

/// The job script that submits these trials from this folder.
///
/// # Errors
/// A folder has no absolute path.
pub fn script(
    work: &Work<'_>,
    trials: &[Trial],
    per_task: usize,
    folder: &Path,
) -> Result<String, FileError> {
    let script = Script {
        trials: trials.len(),
        per_task,
        threads: trials.iter().map(|trial| trial.config.threads).max().unwrap_or(1),
        workspace: &absolute(Path::new("."))?,
        runs: &absolute(&work.folder.runs())?,
        submission: &absolute(folder)?,
    };
    Ok(script.text())
}

/// The folder of the submissions of a study.
pub fn parent(folder: &StudyFolder) -> PathBuf {
    folder.path().join("slurm")
}

fn absolute(path: &Path) -> Result<PathBuf, FileError> {
    let absolute = std::path::absolute(path).map(|path| path.components().collect());
    absolute.map_err(FileError::at(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(trials: usize, per_task: usize, most_tasks: usize) -> Vec<(usize, usize)> {
        arrays(trials, per_task, most_tasks)
            .iter()
            .map(|array| (array.skips, array.tasks))
            .collect()
    }

    #[test]
    fn trials_are_split_into_arrays_that_are_not_too_large() {
        assert_eq!(split(14, 1, 1001), [(0, 14)]);
        assert_eq!(split(1001, 1, 1001), [(0, 1001)]);
        assert_eq!(split(1002, 1, 1001), [(0, 1001), (1001, 1)]);
        assert_eq!(split(10_000, 8, 1001), [(0, 1001), (8008, 249)]);
        assert_eq!(split(5, 2, 2), [(0, 2), (4, 1)]);
        assert_eq!(split(0, 2, 2), []);
    }

    #[test]
    fn each_trial_has_one_task() {
        let trials: Vec<String> = (0..5).map(|trial| format!("t{trial}")).collect();
        let arrays = arrays(5, 2, 2).into_iter().zip(["7", "9"]);
        let arrays = arrays.map(|(array, id)| Array { id: id.to_owned(), ..array }).collect();
        let submission =
            Submission { path: "slurm/001".into(), trials, jobs: Jobs { per_task: 2, arrays } };
        let assignments = submission.assignments();
        let mut tasks: Vec<_> =
            assignments.iter().map(|(trial, assigned)| (*trial, assigned.0.clone())).collect();
        tasks.sort();
        let expected =
            [("t0", "7", 0), ("t1", "7", 0), ("t2", "7", 1), ("t3", "7", 1), ("t4", "9", 0)];
        assert_eq!(tasks, expected.map(|(trial, job, index)| (trial, (job.to_owned(), index))));
        assert_eq!(assignments["t3"].1, Path::new("slurm/001/logs/7_1.log"));
    }
}
