//! The folder of several runs: the number of the next run, and the latest run.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

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

    /// The run in `parent` whose records changed last: it ended last, or is still in training.
    pub fn latest_in(parent: &Path) -> Option<Self> {
        Self::newest_first(parent, &[SUMMARY, HISTORY, RECORD]).into_iter().next()
    }

    /// The runs in `parent` that have ended, the last one first.
    pub fn ended_in(parent: &Path) -> Vec<Self> {
        Self::newest_first(parent, &[SUMMARY])
    }

    /// The runs in `parent` that have one of these files, by the time of its last change.
    fn newest_first(parent: &Path, files: &[&str]) -> Vec<Self> {
        let entries = fs::read_dir(parent).into_iter().flatten().flatten();
        let changed = |path: &Path| {
            let changed =
                |file: &&str| fs::metadata(path.join(file)).and_then(|file| file.modified());
            files.iter().filter_map(|file| changed(file).ok()).max()
        };
        let dated = |entry: fs::DirEntry| Some((changed(&entry.path())?, entry.path()));
        let mut runs: Vec<(SystemTime, PathBuf)> = entries.filter_map(dated).collect();
        runs.sort_unstable();
        let folders = runs.into_iter().rev().map(|(_, path)| Self::at(path));
        folders.filter(Self::holds_run).collect()
    }
}
