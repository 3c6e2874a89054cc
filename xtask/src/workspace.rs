//! The folder of the workspace, where `data/`, `experiments/` and `runs/` are.

use std::{
    env, io,
    path::{Component, Path, PathBuf},
    sync::{LazyLock, OnceLock},
};

use crate::usage::UsageError;

/// The folder of the workspace. Cargo passes it to this program, so that it is right even if
/// several copies of the workspace share one target folder.
pub fn folder() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let xtask =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let xtask = PathBuf::from(xtask);
        xtask.parent().map_or_else(|| xtask.clone(), Path::to_owned)
    });
    &FOLDER
}

/// The folder of the user and that of the workspace, as absolute paths.
#[derive(Debug)]
pub struct Here {
    user: PathBuf,
    workspace: PathBuf,
}

/// The folder of the user, once the working directory is the workspace.
static USER: OnceLock<PathBuf> = OnceLock::new();

/// The folder in which the user has typed the command.
///
/// # Errors
/// The folder no longer exists.
pub fn user() -> io::Result<PathBuf> {
    USER.get().map_or_else(env::current_dir, |user| Ok(user.clone()))
}

/// Changes the working directory to the workspace.
///
/// # Errors
/// A folder no longer exists.
pub fn enter() -> io::Result<Here> {
    let user = env::current_dir()?;
    USER.get_or_init(|| user.clone());
    env::set_current_dir(folder())?;
    Ok(Here { user, workspace: env::current_dir()? })
}

impl Here {
    /// A path of the user, relative to the workspace. A file on an open descriptor (`/dev/stdin`)
    /// becomes the path of this file: other processes have other descriptors.
    pub fn path(&self, given: &Path) -> PathBuf {
        let is_descriptor = given.starts_with("/dev") || given.starts_with("/proc");
        let file = || given.canonicalize().ok().filter(|file| file.is_file());
        if is_descriptor && let Some(file) = file() {
            return file;
        }
        seen_from(&self.workspace, given, &self.user)
    }

    /// A path of the user for the records of a run, relative to the workspace.
    ///
    /// # Errors
    /// The path is not valid Unicode.
    pub fn recorded(&self, given: &Path) -> Result<PathBuf, UsageError> {
        let path = self.path(given);
        if path.to_str().is_some() {
            return Ok(path);
        }
        let expected = "expected a path in valid Unicode";
        Err(UsageError(format!("{path:?}: {expected}")))
    }

    /// Replaces each of these paths of the user by that for the records of a run.
    ///
    /// # Errors
    /// A path is not valid Unicode.
    pub fn record<'a>(
        &self,
        paths: impl IntoIterator<Item = &'a mut Option<PathBuf>>,
    ) -> Result<(), UsageError> {
        for path in paths.into_iter().flatten() {
            *path = self.recorded(path)?;
        }
        Ok(())
    }

    /// A path of the workspace, relative to the folder of the user.
    pub fn show(&self, path: &Path) -> PathBuf {
        seen_from(&self.user, path, &self.workspace)
    }
}

/// A path relative to `here`, converted to one relative to `there`; absolute paths stay the same.
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

/// The same path without `.` and `..`. The parent of a link is that of the folder it leads to.
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

/// The target folder of cargo, which holds this program, whatever the settings of cargo.
pub fn target() -> &'static Path {
    static TARGET: LazyLock<PathBuf> = LazyLock::new(|| {
        let program = env::current_exe().ok();
        let target = program.as_deref().and_then(|program| program.parent()?.parent());
        target.map_or_else(|| folder().join("target"), Path::to_owned)
    });
    &TARGET
}

/// The folder in which parsed images are kept between runs.
pub fn cache() -> PathBuf {
    target().join("digits")
}
