//! The git revision of the sources.

use host::git;

use crate::workspace;

/// The revision of the sources; none unless the workspace is a repository of its own. Uncommitted
/// changes add `-dirty`.
pub fn of_sources() -> Option<String> {
    let workspace = workspace::folder();
    if !git::is_repository(workspace) {
        return None;
    }
    let read = |arguments: &[&str]| String::from_utf8(git::read(workspace, arguments).ok()?).ok();
    let revision = read(&["rev-parse", "--short=12", "HEAD"])?.trim().to_owned();
    let changes = read(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changes.is_empty() { revision } else { revision + "-dirty" })
}
