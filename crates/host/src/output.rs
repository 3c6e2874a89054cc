//! Outputs that the user names: one rule for every command that writes.
//!
//! - A file is overwritten only by a newer one of its kind, and by none if nothing in it tells our
//!   files of this kind from those of others. An empty file has nothing to lose.
//! - A folder must be unused, or hold only files of its kind, one of which is recognized.
//! - A link stays, and the file that it leads to is written. Devices and pipes are written into.
//! - What is written to standard output has nothing else in it.
//! - The check comes before the work.

use std::{
    fmt::Arguments,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use atomic_write_file::AtomicWriteFile;

use crate::{FileError, file::is_stream, print, write_whole};

/// The first bytes of a file, by which its kind is recognized.
const HEAD: u64 = 1 << 16;
/// As many links as Linux follows.
const MOST_LINKS: usize = 40;

/// A kind of output file.
#[derive(Debug, Clone, Copy)]
pub struct FileKind<Is = fn(&[u8]) -> bool> {
    /// The noun for one of its files.
    pub name: &'static str,
    /// Whether a file with this beginning, of at most 64 KiB, is one.
    pub is: Is,
}

/// A file that the user named for an output, and that may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    path: PathBuf,
    is_standard_output: bool,
}

impl OutputFile {
    /// The output file at this path.
    ///
    /// # Errors
    /// The path leads to a folder or to a file of another kind, or its folder cannot be written.
    pub fn of(path: &Path, kind: FileKind<impl Fn(&[u8]) -> bool>) -> Result<Self, FileError> {
        Self::checked(path, |target| refuse_other_kind(path, target, kind))
    }

    /// The output file at this path, where no file is overwritten: nothing tells our files of its
    /// kind from those of others.
    ///
    /// # Errors
    /// The path leads to a folder or to a file, or its folder cannot be written.
    pub fn unused(path: &Path) -> Result<Self, FileError> {
        let reason = "this file exists, and is not overwritten; remove it, or choose another name";
        Self::checked(path, |target| match content(path, target)? {
            Some(_) => Err(FileError::refused(path, reason)),
            None => Ok(()),
        })
    }

    fn checked(
        path: &Path,
        check: impl FnOnce(&Path) -> Result<(), FileError>,
    ) -> Result<Self, FileError> {
        if !is_stream(path) {
            let target = destination(path).map_err(FileError::at(path))?;
            check(&target)?;
            // Without a commit, this leaves nothing behind.
            AtomicWriteFile::open(target).map_err(FileError::at(path))?;
        }
        Ok(Self { path: path.to_owned(), is_standard_output: is_standard_output(path) })
    }

    /// The path that the user named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Prints a line about the file: to standard output, or if this is the file, to standard
    /// error.
    pub fn tell(&self, line: Arguments) {
        if self.is_standard_output { print::err(line) } else { print::out(line) }
    }

    /// Writes the file: a regular file atomically, as [`write_whole`] does.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, content: &[u8]) -> Result<(), FileError> {
        let path = &self.path;
        if is_stream(path) {
            let written = OpenOptions::new()
                .write(true)
                .open(path)
                .and_then(|mut file| file.write_all(content));
            return written.map_err(FileError::at(path));
        }
        write_whole(&destination(path).map_err(FileError::at(path))?, content)
    }
}

/// Whether the path leads to the file, the pipe or the device that is the standard output of this
/// process.
#[cfg(unix)]
fn is_standard_output(path: &Path) -> bool {
    use std::os::{fd::AsFd, unix::fs::MetadataExt};
    let output = io::stdout().as_fd().try_clone_to_owned().map(File::from);
    let id = |file: fs::Metadata| (file.dev(), file.ino());
    let output = output.and_then(|output| output.metadata()).map(id);
    output.is_ok_and(|output| fs::metadata(path).map(id).is_ok_and(|file| file == output))
}

#[cfg(not(unix))]
fn is_standard_output(_: &Path) -> bool {
    false
}

/// The end of a chain of links, where a file may exist or not.
fn destination(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        if !path.is_symlink() {
            return Ok(path);
        }
        let target = fs::read_link(&path)?;
        path = path.parent().map_or_else(|| target.clone(), |folder| folder.join(&target));
    }
    Err(io::Error::other("too many links"))
}

fn refuse_other_kind(
    path: &Path,
    target: &Path,
    kind: FileKind<impl Fn(&[u8]) -> bool>,
) -> Result<(), FileError> {
    let is_other = content(path, target)?.is_some_and(|head| !(kind.is)(&head));
    if !is_other {
        return Ok(());
    }
    let reason =
        format!("this file is no {}, and is not overwritten; choose another name", kind.name);
    Err(FileError::refused(path, reason))
}

/// The beginning of the file at the end of a path; none if there is no file, or an empty one.
fn content(path: &Path, target: &Path) -> Result<Option<Vec<u8>>, FileError> {
    let file = match fs::metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Ok(found) if found.is_dir() => {
            let reason = "this is a folder; expected a file or an unused name";
            return Err(FileError::refused(path, reason));
        }
        found => found.and_then(|_| File::open(target)),
    };
    let mut head = Vec::new();
    file.and_then(|file| file.take(HEAD).read_to_end(&mut head)).map_err(FileError::at(path))?;
    Ok(Some(head).filter(|head| !head.is_empty()))
}

/// Refuses a file instead of a folder, a folder with files that are not `expected`, since we might
/// overwrite files of others, and a folder that cannot be written. Hidden files are allowed.
///
/// # Errors
/// The path is refused, or the folder cannot be read.
pub fn check_folder(folder: &Path, expected: &[&str]) -> Result<(), FileError> {
    refuse_other_than_folder(folder)?;
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        entries => {
            for entry in entries.map_err(FileError::at(folder))? {
                let name = entry.map_err(FileError::at(folder))?.file_name().display().to_string();
                if !name.starts_with('.') && !expected.contains(&name.as_str()) {
                    let reason = format!(
                        "this folder holds other files, for example {name}; choose an empty \
                         folder or an unused name"
                    );
                    return Err(FileError::refused(folder, reason));
                }
            }
        }
    }
    let existing = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new(""));
    AtomicWriteFile::open(existing.join("new")).map_err(FileError::at(folder))?;
    Ok(())
}

/// Refuses as [`check_folder`] does, and allows files of ours only beside the one of them that is
/// recognized by its content: others may have given their files the same names.
///
/// # Errors
/// The path is refused, or the folder cannot be read.
pub fn check_folder_of(
    folder: &Path,
    recognized: &str,
    kind: FileKind,
    expected: &[&str],
) -> Result<(), FileError> {
    let path = folder.join(recognized);
    if !path.exists() {
        return check_folder(folder, &[]);
    }
    refuse_other_kind(&path, &path, kind)?;
    check_folder(folder, expected)
}

/// Refuses a file instead of a folder, and a link that leads nowhere.
///
/// # Errors
/// The path is refused.
pub fn refuse_other_than_folder(folder: &Path) -> Result<(), FileError> {
    let refused = |reason: &str| Err(FileError::refused(folder, reason));
    if folder.exists() && !folder.is_dir() {
        return refused("this is a file; expected a folder or an unused name");
    }
    if folder.is_symlink() && !folder.exists() {
        return refused("this link leads nowhere; expected a folder or an unused name");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use super::*;

    const PAGE: FileKind = FileKind { name: "page", is: |head| head.starts_with(b"<") };

    fn write(path: &Path, content: &str) -> Result<(), String> {
        let written = OutputFile::of(path, PAGE).and_then(|out| out.write(content.as_bytes()));
        written.map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_is_overwritten_by_one_of_its_kind_alone() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("file");
        for old in ["", "<old>"] {
            fs::write(&path, old).unwrap();
            write(&path, "<new>").unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), "<new>");
        }
        fs::write(&path, "notes").unwrap();
        let told = write(&path, "<new>").unwrap_err();
        assert!(
            told.ends_with("this file is no page, and is not overwritten; choose another name")
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "notes");
        let told = write(parent.path(), "<new>").unwrap_err();
        assert!(told.ends_with("this is a folder; expected a file or an unused name"), "{told}");
    }

    #[test]
    fn a_check_finds_a_missing_folder_and_leaves_nothing_behind() {
        let parent = tempfile::tempdir().unwrap();
        let told = OutputFile::of(&parent.path().join("absent/file"), PAGE).unwrap_err();
        assert!(told.to_string().contains("absent/file: No such file or directory"), "{told}");
        OutputFile::of(&parent.path().join("file"), PAGE).unwrap();
        check_folder(&parent.path().join("new/folder"), &[]).unwrap();
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_its_target_is_written_with_the_target_s_mode() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let parent = tempfile::tempdir().unwrap();
        let [plain, link, target] =
            ["plain", "link", "folder/target"].map(|name| parent.path().join(name));
        fs::create_dir(parent.path().join("folder")).unwrap();
        symlink("second", &link).unwrap();
        symlink("folder/target", parent.path().join("second")).unwrap();
        let mode = |path| fs::symlink_metadata(path).unwrap().permissions().mode();
        for path in [&plain, &link] {
            write(path, "<new>").unwrap();
        }
        assert!(link.is_symlink() && mode(&target) == mode(&plain));
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
        write(&link, "<newer>").unwrap();
        assert_eq!(
            (fs::read_to_string(&target).unwrap(), mode(&target) & 0o777),
            ("<newer>".into(), 0o640)
        );
        fs::write(&target, "notes").unwrap();
        write(&link, "<new>").unwrap_err();

        symlink("circle", parent.path().join("circle")).unwrap();
        assert!(write(&parent.path().join("circle"), "<new>").unwrap_err().ends_with("links"));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_written_into_and_stays() {
        use std::{os::unix::fs::FileTypeExt, process::Command, thread};
        let parent = tempfile::tempdir().unwrap();
        let pipe = parent.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let reader = thread::spawn({
            let pipe = pipe.clone();
            move || fs::read_to_string(pipe).unwrap()
        });
        write(&pipe, "<new>").unwrap();
        assert_eq!(reader.join().unwrap(), "<new>");
        assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo());
        // A file of ours is no pipe, and nobody waits for a reader.
        let told = write_whole(&pipe, b"new").unwrap_err().to_string();
        assert!(told.contains("this is no regular file"), "{told}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_device_is_written_into_and_stays() {
        use std::{os::unix::fs::FileTypeExt, process::Command};
        let parent = tempfile::tempdir().unwrap();
        let null = parent.path().join("null");
        let made = Command::new("mknod").arg(&null).args(["c", "1", "3"]).output().unwrap();
        if !made.status.success() {
            // Only root makes devices, and only root could replace one.
            return;
        }
        if fs::write(&null, "x").is_ok() {
            write(&null, "<new>").unwrap();
        }
        assert!(fs::symlink_metadata(&null).unwrap().file_type().is_char_device());
    }

    #[test]
    fn files_of_ours_are_those_beside_one_that_is_recognized() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path();
        let check = || {
            let checked = check_folder_of(folder, "page", PAGE, &["page", "picture"]);
            checked.map_err(|error| error.to_string())
        };
        check().unwrap();
        fs::write(folder.join("picture"), "theirs").unwrap();
        assert!(check().unwrap_err().contains("holds other files, for example picture"));
        fs::write(folder.join("page"), "theirs").unwrap();
        assert!(check().unwrap_err().contains("page: this file is no page"));
        fs::write(folder.join("page"), "<ours>").unwrap();
        check().unwrap();
        fs::write(folder.join("notes"), "theirs").unwrap();
        assert!(check().unwrap_err().contains("holds other files, for example notes"));
    }

    #[test]
    fn a_folder_with_other_files_is_refused_and_one_with_ours_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("folder");
        check_folder(&folder, &[]).unwrap();
        fs::create_dir(&folder).unwrap();
        for name in [".hidden", "ours.txt"] {
            fs::write(folder.join(name), "").unwrap();
        }
        check_folder(&folder, &["ours.txt"]).unwrap();
        let told = check_folder(&folder, &[]).unwrap_err().to_string();
        assert!(told.contains("holds other files, for example ours.txt"), "{told}");
        let told = check_folder(&folder.join("ours.txt"), &[]).unwrap_err().to_string();
        assert!(told.contains("this is a file"), "{told}");
    }
}
