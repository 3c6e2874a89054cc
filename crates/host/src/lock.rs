//! Locks between processes.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::Path,
    thread,
    time::Duration,
};

use same_file::Handle;

use crate::stop;

/// The interval between two looks at a lock that another process holds.
const LOOKS: Duration = Duration::from_millis(5);

/// A locked file. While this value lives, no other process gets the lock, even on other machines
/// if the file system shares locks. On a file system without locks, as Lustre may be mounted, it
/// has no effect.
#[derive(Debug)]
pub struct Lock(File);

/// Unlocks the file. Closing it is not enough: a program that another thread is just starting
/// holds a copy of the open file, and of the lock, for a moment.
impl Drop for Lock {
    fn drop(&mut self) {
        // If this fails, closing the file unlocks it.
        let _ = self.0.unlock();
    }
}

impl Lock {
    /// Takes the lock at this path; none if another process holds it. Creates a missing file or
    /// folder.
    ///
    /// # Errors
    /// The file cannot be created.
    pub fn try_take(path: &Path) -> io::Result<Option<Self>> {
        loop {
            let file = create(path)?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(reason)) => ignore_unsupported(reason)?,
                Ok(()) => {}
            }
            if is_at(&file, path)? {
                return Ok(Some(Self(file)));
            }
        }
    }

    /// Takes the lock at this path, and waits while another process holds it.
    ///
    /// # Errors
    /// The file cannot be created, or a stop was requested.
    pub fn wait(path: &Path) -> io::Result<Self> {
        loop {
            if let Some(lock) = Self::try_take(path)? {
                return Ok(lock);
            }
            stop::check()?;
            thread::sleep(LOOKS);
        }
    }
}

/// Opens the file, or creates it. A file that a link names is not ours.
fn create(path: &Path) -> io::Result<File> {
    if path.is_symlink() {
        let name = path.file_name().unwrap_or_default().display();
        return Err(io::Error::other(format!("{name} is a link; expected a file or none")));
    }
    loop {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        match OpenOptions::new().write(true).create(true).truncate(false).open(path) {
            // Another process has just removed an unused folder.
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => {}
            file => return file,
        }
    }
}

fn ignore_unsupported(reason: io::Error) -> io::Result<()> {
    if reason.kind() == io::ErrorKind::Unsupported { Ok(()) } else { Err(reason) }
}

/// Whether the file is still at this path: its previous owner may have removed it between opening
/// and locking.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let there = match Handle::from_path(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        there => there?,
    };
    Ok(there == Handle::from_file(file.try_clone()?)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use std::{
        process::Command,
        sync::atomic::{AtomicBool, AtomicUsize, Ordering},
        thread,
    };

    use super::*;

    #[test]
    fn a_lock_is_refused_until_it_is_dropped() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("new/.lock");
        let lock = Lock::try_take(&path).unwrap().unwrap();
        assert!(Lock::try_take(&path).unwrap().is_none());
        drop(lock);
        assert!(Lock::try_take(&path).unwrap().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_empties_no_file() {
        let parent = tempfile::tempdir().unwrap();
        let [path, other] = [".lock", "other"].map(|name| parent.path().join(name));
        fs::write(&other, "theirs").unwrap();
        std::os::unix::fs::symlink("other", &path).unwrap();
        let told = Lock::try_take(&path).unwrap_err().to_string();
        assert_eq!(told, ".lock is a link; expected a file or none");
        Lock::wait(&path).unwrap_err();
        fs::remove_file(&path).unwrap();
        fs::hard_link(&other, &path).unwrap();
        Lock::try_take(&path).unwrap().unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"theirs");
    }

    #[test]
    fn those_that_wait_for_a_file_that_is_removed_have_it_one_after_the_other() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join(".lock");
        let owners = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let _lock = Lock::wait(&path).unwrap();
                        assert_eq!(owners.fetch_add(1, Ordering::SeqCst), 0, "two at once");
                        owners.fetch_sub(1, Ordering::SeqCst);
                        fs::remove_file(&path).unwrap();
                    }
                });
            }
        });
    }

    #[test]
    fn a_lock_is_gone_with_its_owner_also_while_programs_are_started() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join(".lock");
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            // Between fork and exec, a program that is started has a copy of every open file.
            for _ in 0..4 {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        Command::new("true").current_dir(parent.path()).status().unwrap();
                    }
                });
            }
            let refused = (0..20_000).filter(|_| Lock::try_take(&path).unwrap().is_none()).count();
            done.store(true, Ordering::Relaxed);
            assert_eq!(refused, 0, "of 20,000 locks");
        });
    }
}
