//! Atomic writes: a file appears whole or not at all.
//!
//! The names in a folder of ours are our files: a link there is replaced, and what it leads to
//! stays. A file that the user named is an [`OutputFile`](crate::OutputFile).

use std::{
    error::Error,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use atomic_write_file::AtomicWriteFile;

/// Why a file or a folder cannot be read or written. Its text is one line.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct FileError {
    /// The file or the folder.
    pub path: PathBuf,
    /// The message of the system or the parser.
    pub reason: io::Error,
}

impl FileError {
    /// Adds this path to an error of the system, for `map_err`.
    pub fn at(path: &Path) -> impl Fn(io::Error) -> Self {
        |reason| Self { path: path.to_owned(), reason }
    }

    /// The error of a file at this path that we refuse.
    pub fn refused(path: &Path, reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::at(path)(io::Error::other(reason))
    }

    /// Whether another process holds the lock.
    pub fn is_taken(&self) -> bool {
        self.reason.kind() == io::ErrorKind::ResourceBusy
    }
}

/// Writes a file atomically: after a crash, it has its old or its new content. When this returns,
/// the new content is on the disk.
///
/// # Errors
/// The file cannot be written, and keeps its old content.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<(), FileError> {
    replace(path, |file| file.write_all(content))
}

/// Writes a file like [`write_whole`], with content and permissions from `fill`.
///
/// # Errors
/// The file cannot be written, or `fill` fails; the file keeps its old content. Devices and pipes
/// are refused.
pub fn replace(
    path: &Path,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), FileError> {
    let replaced = || {
        remove_link(path)?;
        if is_stream(path) {
            return Err(io::Error::other(
                "this is no regular file; expected one or an unused name",
            ));
        }
        let mut file = AtomicWriteFile::open(path)?;
        fill(file.as_file_mut())?;
        file.commit()
    };
    replaced().map_err(FileError::at(path))
}

/// Begins a file that grows, such as a log. An older file or link of this name is removed.
///
/// # Errors
/// The file cannot be created.
pub fn begin(path: &Path) -> Result<File, FileError> {
    remove(path)?;
    File::create_new(path).map_err(FileError::at(path))
}

/// Removes a file, if it exists.
///
/// # Errors
/// The file cannot be removed.
pub fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::at(path)(error)),
        _ => Ok(()),
    }
}

/// Whether two paths lead to the same file: links, `.` and `..` give it many names. A path leads to
/// the same file as itself, even if there is none.
pub fn are_same(one: &Path, other: &Path) -> bool {
    let whole = |path| fs::canonicalize(path).ok();
    one == other || whole(one).is_some_and(|one| whole(other) == Some(one))
}

/// Whether the path leads to a device, a pipe or a socket, which has no content to keep.
pub(crate) fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

fn remove_link(path: &Path) -> io::Result<()> {
    if path.is_symlink() { fs::remove_file(path) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use super::*;

    #[test]
    fn a_write_that_fails_leaves_what_was_there() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("file");
        // A folder in the way: the write gets as far as the rename.
        fs::create_dir(&path).unwrap();
        fs::write(path.join("old"), "old").unwrap();
        write_whole(&path, b"new").unwrap_err();
        assert_eq!(fs::read(path.join("old")).unwrap(), b"old");
    }

    #[test]
    fn a_file_that_is_written_again_is_the_new_one_with_the_permissions_of_the_old() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("file");
        write_whole(&path, b"old").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            write_whole(&path, b"new").unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        }
        write_whole(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_file_has_many_names() {
        let parent = tempfile::tempdir().unwrap();
        let path = |name: &str| parent.path().join(name);
        fs::write(path("file"), "").unwrap();
        fs::write(path("other"), "").unwrap();
        assert!(are_same(&path("file"), &path("./../").join(path("file"))));
        assert!(are_same(&path("absent"), &path("absent")));
        assert!(!are_same(&path("file"), &path("other")));
        assert!(!are_same(&path("absent"), &path("missing")));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("file", path("link")).unwrap();
            assert!(are_same(&path("link"), &path("file")));
        }
    }

    #[test]
    fn a_file_that_is_filled_only_in_part_is_not_there() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("file");
        let told = replace(&path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("the source broke off"))
        });
        let told = told.unwrap_err().to_string();
        assert_eq!(told, format!("{}: the source broke off", path.display()));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_can_be_replaced_by_one_that_is_read_only_and_that_again() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("file");
        for content in ["old", "new"] {
            replace(&path, |file| {
                file.write_all(content.as_bytes())?;
                let mut permissions = file.metadata()?.permissions();
                permissions.set_readonly(true);
                file.set_permissions(permissions)
            })
            .unwrap();
            assert!(fs::metadata(&path).unwrap().permissions().readonly());
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_a_file_of_ours_is_replaced_and_its_target_stays() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let parent = tempfile::tempdir().unwrap();
        let [target, plain, whole, log] =
            ["target", "plain", "whole", "log"].map(|name| parent.path().join(name));
        fs::write(&target, "theirs").unwrap();
        for path in [&whole, &log] {
            symlink("target", path).unwrap();
        }
        for path in [&plain, &whole] {
            write_whole(path, b"ours").unwrap();
        }
        begin(&log).unwrap().write_all(b"ours").unwrap();
        for path in [&whole, &log] {
            assert_eq!(fs::read(path).unwrap(), b"ours");
            let mode = |path| fs::symlink_metadata(path).unwrap().permissions().mode();
            assert_eq!(mode(path), mode(&plain));
        }
        assert_eq!(fs::read(&target).unwrap(), b"theirs");
    }
}
