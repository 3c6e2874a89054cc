//! The folder of several runs: the number of the next run, and the latest run.

use std::{cmp::Reverse, fs, io, path::Path, time::SystemTime};

use host::{FileError, output::refuse_other_than_folder};

use super::{HISTORY, LOCK, RECORD, RunFolder, SUMMARY};

impl RunFolder {
    /// Creates the next free numbered folder in `parent`: `001`, `002`, …. No two processes get the
    /// same folder. Names of other lengths, such as dates, do not count.
    ///
    /// # Errors
    /// The folder cannot be created.
    pub fn next_in(parent: &Path) -> Result<Self, FileError> {
        refuse_other_than_folder(parent)?;
        fs::create_dir_all(parent).map_err(FileError::at(parent))?;
        let mut number = Self::highest_number(parent).map_err(FileError::at(parent))? + 1;
        loop {
            let path = parent.join(format!("{number:03}"));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { made: vec![path.join(LOCK), path.clone()], path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(reason) => return Err(FileError::at(&path)(reason)),
            }
        }
    }

    /// The highest number of an entry with three or four digits for a name, or 0.
    fn highest_number(parent: &Path) -> io::Result<u32> {
        let mut highest = 0;
        for entry in fs::read_dir(parent)? {
            let name = entry?.file_name();
            let plain = name.to_str().filter(|name| {
                (3..=4).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_digit())
            });
            highest = highest.max(plain.and_then(|name| name.parse().ok()).unwrap_or(0));
        }
        Ok(highest)
    }

    /// The run in `parent` that ended last, or that is still in training.
    pub fn latest_in(parent: &Path) -> Option<Self> {
        let in_training = |run: &Self| run.changed(&[HISTORY, RECORD]);
        let latest = |run: &Self| run.ended().or_else(|| in_training(run));
        Self::latest_first(parent, latest).into_iter().next()
    }

    /// The runs in `parent` that have ended, the last one first.
    pub fn ended_in(parent: &Path) -> Vec<Self> {
        Self::latest_first(parent, Self::ended)
    }

    /// The runs in `parent` that have such a time, the latest first. A run and its copy, which
    /// ended at the same time, are in the order of their names.
    fn latest_first(parent: &Path, time: impl Fn(&Self) -> Option<SystemTime>) -> Vec<Self> {
        let entries = fs::read_dir(parent).into_iter().flatten().flatten();
        let runs = entries.map(|entry| Self::at(entry.path())).filter(Self::holds_run);
        let mut dated: Vec<_> = runs.filter_map(|run| Some((Reverse(time(&run)?), run))).collect();
        dated.sort_unstable_by(|(a, run), (b, other)| (a, &run.path).cmp(&(b, &other.path)));
        dated.into_iter().map(|(_, run)| run).collect()
    }

    /// The end of the run, from its summary: a copied folder has younger files, but not a later
    /// end. The summaries of older runs do not record it, and damaged ones cannot be read; for
    /// them, it is the time at which the file changed.
    fn ended(&self) -> Option<SystemTime> {
        let recorded = self.read_summary().ok().flatten().and_then(|summary| summary.ended);
        recorded.or_else(|| self.changed(&[SUMMARY]))
    }

    /// The time of the last change of these files.
    fn changed(&self, files: &[&str]) -> Option<SystemTime> {
        let changed = |file| fs::metadata(self.path.join(file)).and_then(|file| file.modified());
        files.iter().filter_map(|file| changed(file).ok()).max()
    }
}
