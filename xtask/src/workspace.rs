//! The folder of the workspace, where `data/`, `experiments/` and `runs/` are.

use std::{
    env, io,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use crate::revision;

/// The folder: as cargo says when it starts this program, which is the truth also where several copies of the workspace
/// share one folder for what they build.
pub fn folder() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let xtask = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let xtask = PathBuf::from(xtask);
        xtask.parent().map_or_else(|| xtask.clone(), Path::to_owned)
    });
    &FOLDER
}

/// Goes there, and gives the folder from which: paths on the command line were meant from it.
///
/// # Errors
/// A folder is gone.
pub fn enter() -> io::Result<PathBuf> {
    let here = env::current_dir()?;
    if here == folder() {
        // Paths stay as short as they were given.
        return Ok(PathBuf::new());
    }
    env::set_current_dir(folder())?;
    Ok(here)
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
