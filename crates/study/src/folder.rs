//! A study on disk: `study.toml` lists its experiments and their runs, and each run has a folder in
//! `runs/`. Experiments share the runs that they have in common.

use std::{
    env::consts::EXE_SUFFIX,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use host::{FileError, FileKind, Lock, output::check_folder, write_whole};
use run::{RunFolder, settings::without_jargon};

use crate::{Name, Study, results};

/// The name of the folder of the runs.
const RUNS: &str = "runs";

/// The list of contents in a bundle.
pub const CONTENTS: &str = "CONTENTS.txt";
/// The bundle of a study, a zip with a list of its contents. The names in a zip are not compressed,
/// and few come before this one.
pub const BUNDLE: FileKind = FileKind {
    name: "bundle",
    is: |head| head.starts_with(b"PK") && String::from_utf8_lossy(head).contains(CONTENTS),
};

/// A study on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyFolder {
    path: PathBuf,
}

/// A copy of the trainer that no build changes; it is removed with this value.
#[derive(Debug)]
pub struct FrozenTrainer(PathBuf);

impl FrozenTrainer {
    /// The program.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Keeps the program at this path too, where it outlives this value.
    ///
    /// # Errors
    /// The path exists, or the disk is full.
    pub fn link(&self, path: &Path) -> io::Result<()> {
        link(&self.0, path)
    }
}

impl Drop for FrozenTrainer {
    fn drop(&mut self) {
        // A copy that stays is replaced by the next.
        let _ = fs::remove_file(&self.0);
    }
}

impl StudyFolder {
    /// The study at this path, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The path of the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Creates the folder if it does not exist, and keeps other processes out of it.
    ///
    /// # Errors
    /// The folder cannot be created, or another process holds the lock.
    pub fn lock(&self) -> Result<Lock, FileError> {
        RunFolder::at(&self.path).lock()
    }

    /// Whether the folder holds a study.
    pub fn holds_study(&self) -> bool {
        self.study_toml().is_file()
    }

    /// Refuses a file instead of the folder, and a folder with other files but no study.
    ///
    /// # Errors
    /// The folder is refused, or cannot be read.
    pub fn refuse_foreign(&self) -> Result<(), FileError> {
        if self.holds_study() { Ok(()) } else { check_folder(&self.path, &[RUNS]) }
    }

    /// The folder of the runs.
    pub fn runs(&self) -> PathBuf {
        self.path.join(RUNS)
    }

    /// The folder of a run.
    pub fn run(&self, name: &str) -> RunFolder {
        RunFolder::at(self.runs().join(name))
    }

    /// Whether a run has a result. A diverged run has one, a damaged one has none.
    pub fn is_done(&self, name: &str) -> bool {
        matches!(results::completed(self, name), Ok(Some(_)))
    }

    /// Writes `study.toml`: the names of the runs.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, study: &Study<String>) -> Result<(), FileError> {
        let path = self.study_toml();
        let text = toml::to_string(study).map_err(|error| FileError::refused(&path, error))?;
        write_whole(&path, text.as_bytes())
    }

    /// Reads `study.toml`: the names of the runs.
    ///
    /// # Errors
    /// The file cannot be read, or is not one.
    pub fn read(&self) -> Result<Study<String>, FileError> {
        let path = self.study_toml();
        let text = fs::read_to_string(&path).map_err(FileError::at(&path))?;
        let study: Study<Name> = toml::from_str(&text)
            .map_err(|error| FileError::refused(&path, without_jargon(&error)))?;
        // The labels are not in the file.
        Ok(study.map(|name| name.to_string()))
    }

    /// Copies the trainer, so that all trials of a study use the same program, whatever is built
    /// meanwhile.
    ///
    /// # Errors
    /// The disk is full, for example, or does not allow programs to be started.
    pub fn freeze(&self, trainer: &Path) -> Result<FrozenTrainer, FileError> {
        let path = self.path.join(format!("trainer{EXE_SUFFIX}"));
        let freeze = || {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            link(trainer, &path)
        };
        // The system looks for a program without a folder in its path elsewhere.
        let frozen = freeze()
            .and_then(|()| fs::canonicalize(&path))
            .map(FrozenTrainer)
            .map_err(FileError::at(&path))?;
        match Command::new(frozen.path()).arg("--version").output() {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                let reason = "programs cannot be started from this disk, and an analysis keeps its \
                              trainer in its folder; choose another --out";
                Err(FileError::refused(&self.path, reason))
            }
            _ => Ok(frozen),
        }
    }

    fn study_toml(&self) -> PathBuf {
        self.path.join("study.toml")
    }
}

/// A link costs nothing, but does not lead to another disk.
fn link(program: &Path, name: &Path) -> io::Result<()> {
    fs::hard_link(program, name).or_else(|_| fs::copy(program, name).map(drop))
}
