//! The git revision of the sources.

use std::path::Path;

use host::git;

use crate::workspace;

/// The revision of the sources; none unless the workspace is a repository of its own. Uncommitted
/// changes add `-dirty`.
pub fn of_sources() -> Option<String> {
    of(workspace::folder())
}

fn of(workspace: &Path) -> Option<String> {
    if !git::is_repository(workspace) {
        return None;
    }
    let read = |arguments: &[&str]| String::from_utf8(git::read(workspace, arguments).ok()?).ok();
    let revision = read(&["rev-parse", "--short=12", "HEAD"])?.trim().to_owned();
    let changes = read(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changes.is_empty() { revision } else { revision + "-dirty" })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use std::{fs, process::Command};

    use super::*;

    #[test]
    fn sources_inside_another_repository_have_no_revision() {
        let around = tempfile::tempdir().unwrap();
        let git = |arguments: &str| {
            let mut git = Command::new("git");
            git.args(["-c", "user.name=a", "-c", "user.email=a@b.example"]);
            let output = git.args(arguments.split(' ')).current_dir(around.path()).output();
            assert!(output.unwrap().status.success(), "{arguments}");
        };
        let inside = around.path().join("inside");
        fs::create_dir(&inside).unwrap();
        fs::write(inside.join("Cargo.toml"), "").unwrap();
        git("init");
        git("add inside");
        git("commit -m theirs");
        assert_eq!(of(&inside), None);
        let revision = of(around.path()).unwrap();
        assert_eq!(revision.len(), 12);
        fs::write(inside.join("Cargo.toml"), "changed").unwrap();
        assert_eq!(of(around.path()).unwrap(), format!("{revision}-dirty"));
    }
}
