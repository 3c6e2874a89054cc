//! The folder of the workspace, where `data/`, `experiments/` and `runs/` are.

use std::{
    env, io,
    path::{Path, PathBuf},
};

/// The folder.
pub fn folder() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
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
