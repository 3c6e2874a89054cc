//! The folder of the workspace, where `data/`, `experiments/` and `runs/` are.

use std::{
    env, io,
    path::{Component, Path, PathBuf},
    sync::LazyLock,
};

use crate::{revision, usage::UsageError};

/// The folder: as cargo says when it starts this program, which is the truth also where several
/// copies of the workspace share one folder for what they build.
pub fn folder() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let xtask =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let xtask = PathBuf::from(xtask);
        xtask.parent().map_or_else(|| xtask.clone(), Path::to_owned)
    });
    &FOLDER
}

/// Where the user stands, and the workspace: both as the system calls them.
#[derive(Debug)]
pub struct Here {
    user: PathBuf,
    workspace: PathBuf,
}

/// Goes to the workspace.
///
/// # Errors
/// A folder is gone.
pub fn enter() -> io::Result<Here> {
    let user = env::current_dir()?;
    env::set_current_dir(folder())?;
    Ok(Here { user, workspace: env::current_dir()? })
}

impl Here {
    /// A path that the user gave, as it is seen from the workspace.
    pub fn path(&self, given: &Path) -> PathBuf {
        seen_from(&self.workspace, given, &self.user)
    }

    /// The same for a path that records will name.
    ///
    /// # Errors
    /// They cannot.
    pub fn recorded(&self, given: &Path) -> Result<PathBuf, UsageError> {
        let path = self.path(given);
        if path.to_str().is_some() {
            return Ok(path);
        }
        let expected = "expected a path of valid Unicode, as the records of a run are";
        Err(UsageError(format!("{path:?}: {expected}")))
    }

    /// A path of the workspace, as the user sees it.
    pub fn show(&self, path: &Path) -> PathBuf {
        seen_from(&self.user, path, &self.workspace)
    }
}

/// A path that is meant from one folder, as it is seen from another. An absolute one is the same
/// from everywhere.
fn seen_from(there: &Path, path: &Path, here: &Path) -> PathBuf {
    if path.is_absolute() || there == here {
        return path.to_owned();
    }
    let whole = without_dots(&here.join(path));
    let shared: PathBuf = whole
        .components()
        .zip(there.components())
        .take_while(|(a, b)| a == b)
        .map(|(part, _)| part)
        .collect();
    if shared.parent().is_none() {
        return whole;
    }
    let up = there.components().skip(shared.components().count()).map(|_| Component::ParentDir);
    let seen: PathBuf = up.chain(whole.components().skip(shared.components().count())).collect();
    if seen.as_os_str().is_empty() { ".".into() } else { seen }
}

/// The same path without `.` and `..`. Above a link is what is above the folder that it leads to.
fn without_dots(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut so_far, component| {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                if so_far.is_symlink()
                    && let Ok(leads_to) = so_far.canonicalize()
                {
                    so_far = leads_to;
                }
                so_far.pop();
            }
            part => so_far.push(part),
        }
        so_far
    })
}

/// Where cargo puts what it builds: it has put this program there, whatever its settings say.
pub fn target() -> &'static Path {
    static TARGET: LazyLock<PathBuf> = LazyLock::new(|| {
        let program = env::current_exe().ok();
        let target = program.as_deref().and_then(|program| program.parent()?.parent());
        target.map_or_else(|| folder().join("target"), Path::to_owned)
    });
    &TARGET
}

/// Where parsed images are kept between runs.
pub fn cache() -> PathBuf {
    target().join("digits")
}

/// What a trainer has to know of the workspace from which it has just been built.
pub fn of_trainer() -> run::Workspace {
    run::Workspace { revision: revision::of_sources(), cache: Some(cache()) }
}
