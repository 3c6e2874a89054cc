//! The git repository of a folder.

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
};

/// The variables that would make git look at another repository than that of the folder.
const OTHERS: [&str; 6] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
];

/// Whether the folder is the root of a repository. A folder within a repository is none: it may be
/// a copy that this repository does not track.
pub fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}

/// The output of a git command that only reads the repository of the folder.
///
/// # Errors
/// There is no git, or it failed. The text is one line.
pub fn read(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let mut git = Command::new("git");
    // `git describe --dirty` would lock the index, and leave the lock behind if it were killed.
    git.arg("--no-optional-locks");
    // The repository may belong to another user, as in a container.
    git.arg("-c").arg(format!("safe.directory={}", folder.display()));
    OTHERS.iter().for_each(|name| _ = git.env_remove(name));
    let output = git.args(arguments).current_dir(folder).stdin(Stdio::null()).output();
    let output = output.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "git is not installed".to_owned(),
        _ => format!("git: {error}"),
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr);
    Err(message.lines().next().unwrap_or("git failed").to_owned())
}
