//! Checks of output folders.

use std::{fs, io, path::Path};

use crate::FileError;

/// Refuses a file instead of a folder, and a folder with files that are not `expected`, since we
/// might overwrite files of others. Hidden files are allowed.
///
/// # Errors
/// The path is refused, or the folder cannot be read.
pub fn refuse_foreign(folder: &Path, expected: &[&str]) -> Result<(), FileError> {
    refuse_other_than_folder(folder)?;
    let refused = |reason: &str| Err(FileError::refused(folder, reason));
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(FileError::at(folder))?,
    };
    for entry in entries {
        let name = entry.map_err(FileError::at(folder))?.file_name().display().to_string();
        if !name.starts_with('.') && !expected.contains(&name.as_str()) {
            return refused(&format!(
                "this folder holds other files, for example {name}; choose an empty folder or an \
                 unused name"
            ));
        }
    }
    Ok(())
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

    #[test]
    fn a_folder_with_other_files_is_refused_and_one_with_ours_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("folder");
        refuse_foreign(&folder, &[]).unwrap();
        fs::create_dir(&folder).unwrap();
        for name in [".hidden", "ours.txt"] {
            fs::write(folder.join(name), "").unwrap();
        }
        refuse_foreign(&folder, &["ours.txt"]).unwrap();
        let told = refuse_foreign(&folder, &[]).unwrap_err().to_string();
        assert!(told.contains("holds other files, for example ours.txt"), "{told}");
        let told = refuse_foreign(&folder.join("ours.txt"), &[]).unwrap_err().to_string();
        assert!(told.contains("this is a file"), "{told}");
    }
}
