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

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use std::{env, fs};

    use super::*;

    /// Where a test that starts itself again finds its folder.
    const FOLDER: &str = "DIGITS_FOLDER";

    /// Starts a test again in this environment, with the folder.
    fn start_again(test: &str, folder: &Path, environment: &[(&str, &str)]) {
        let mut again = Command::new(env::current_exe().unwrap());
        again.args(["--exact", &format!("git::tests::{test}")]).env(FOLDER, folder);
        let output = again.envs(environment.iter().copied()).output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && told.contains("1 passed"), "{output:?}");
    }

    #[test]
    fn a_system_without_git_is_told() {
        match env::var_os(FOLDER) {
            Some(folder) => {
                let told = read(Path::new(&folder), &["ls-files"]).unwrap_err();
                assert_eq!(told, "git is not installed");
            }
            None => {
                start_again("a_system_without_git_is_told", Path::new("/"), &[("PATH", "/nowhere")])
            }
        }
    }

    #[test]
    fn a_repository_of_another_user_is_read() {
        if let Some(folder) = env::var_os(FOLDER) {
            let listed = read(Path::new(&folder), &["ls-files"]).unwrap();
            assert_eq!(listed, b"a.txt\n");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), "").unwrap();
        for arguments in [&["init"][..], &["add", "a.txt"]] {
            read(folder.path(), arguments).unwrap();
        }
        // Only root gives files away.
        let mut chown = Command::new("chown");
        if chown.args(["-R", "12345"]).arg(folder.path()).output().unwrap().status.success() {
            // The settings of this machine may trust every folder.
            let own = [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")];
            start_again("a_repository_of_another_user_is_read", folder.path(), &own);
        }
    }
}
