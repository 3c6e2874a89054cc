//! The git revision of the sources.

use std::process::Command;

use crate::workspace;

/// The revision of the sources; none outside a repository. Uncommitted changes add `-dirty`.
pub fn of_sources() -> Option<String> {
    let revision = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changes = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changes.is_empty() { revision } else { revision + "-dirty" })
}

/// The output of a git command that only reads: `git describe --dirty` would lock the index, and
/// leave the lock behind if it were killed.
fn git(arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    git.arg("--no-optional-locks").args(arguments).current_dir(workspace::folder());
    let output = git.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
