//! Tells without cargo whether a program is up to date. Cargo needs 0.4 s to find that nothing has
//! changed, as long as a short training; this needs a few milliseconds.
//!
//! Cargo goes by times alone: it takes a source for unchanged that is older than the build, as one
//! is that an archive or a backup has brought back. Here such a source is found by its content, and
//! gets a new time, so that cargo compiles it.

use std::{
    collections::HashSet,
    env,
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use host::FileError;

use crate::{cargo, workspace};

/// The files and the folder of the workspace from which programs are built.
const SOURCES: [&str; 5] =
    ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml", "crates"];

/// What a program is built from: the environment, and the sources as they are now.
#[derive(Debug, PartialEq)]
pub struct Inputs {
    environment: String,
    sources: Vec<Source>,
}

/// A source, and a hash of its content.
#[derive(Debug, PartialEq)]
struct Source {
    path: PathBuf,
    content: u64,
}

impl Inputs {
    /// The inputs of a program that is built now.
    ///
    /// # Errors
    /// A source cannot be read.
    pub fn now() -> io::Result<Self> {
        let sources = sources(workspace::folder())?;
        Ok(Self { environment: environment(), sources })
    }

    /// Whether the program at this path was built from these.
    pub fn are_of(&self, kept: &Path) -> bool {
        fs::read_to_string(record_of(kept)).is_ok_and(|recorded| recorded == self.text())
    }

    /// Records beside a kept program that it was built from these. A source that has changed while
    /// it was built differs from them.
    ///
    /// # Errors
    /// The disk is full, for example.
    pub fn record(&self, kept: &Path) -> io::Result<()> {
        fs::write(record_of(kept), self.text())
    }

    /// Gives a new time to each source with another content than the program at this path was
    /// built from, whatever its time says.
    ///
    /// # Errors
    /// A time cannot be set.
    pub fn renew_changed(&self, kept: &Path) -> Result<(), FileError> {
        let Ok(recorded) = fs::read_to_string(record_of(kept)) else { return Ok(()) };
        renew_others(&self.sources, &recorded)
    }

    /// The environment, then a line for each source.
    fn text(&self) -> String {
        let lines = self.sources.iter().map(|source| format!("{}\n", source.line()));
        format!("{}\n", self.environment) + &lines.collect::<String>()
    }
}

impl Source {
    fn line(&self) -> String {
        format!("{:016x} {:?}", self.content, self.path)
    }
}

/// The sources in a workspace, by path.
fn sources(workspace: &Path) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for name in SOURCES {
        find(&workspace.join(name), &mut sources)?;
    }
    sources.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    Ok(sources)
}

fn find(path: &Path, found: &mut Vec<Source>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            find(&entry?.path(), found)?;
        }
        return Ok(());
    }
    // Editors leave links that lead nowhere.
    if !path.is_file() {
        return Ok(());
    }
    let mut content = DefaultHasher::new();
    fs::read(path)?.hash(&mut content);
    found.push(Source { path: path.to_owned(), content: content.finish() });
    Ok(())
}

/// Gives a new time to the sources that are not in this record.
fn renew_others(sources: &[Source], recorded: &str) -> Result<(), FileError> {
    let (now, recorded) = (SystemTime::now(), recorded.lines().collect::<HashSet<&str>>());
    for source in sources.iter().filter(|source| !recorded.contains(&*source.line())) {
        let file = File::options().append(true).open(&source.path);
        let renewed = file.and_then(|file| file.set_modified(now));
        renewed.map_err(FileError::at(&source.path))?;
    }
    Ok(())
}

fn record_of(kept: &Path) -> PathBuf {
    kept.with_extension("sources")
}

/// The variables that cargo, the compiler and build scripts read, and the age of the compiler and
/// of cargo's configuration outside the workspace.
fn environment() -> String {
    let is_relevant = |name: &str| {
        let prefixes = ["CARGO", "RUST", "CC", "CXX", "CFLAGS"];
        prefixes.iter().any(|prefix| name.starts_with(prefix)) && !cargo::is_of_xtask(name)
    };
    let mut lines: Vec<String> = env::vars_os()
        .filter(|(name, _)| name.to_str().is_some_and(is_relevant))
        .map(|(name, value)| format!("{name:?} = {value:?}"))
        .collect();
    lines.sort_unstable();
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(env::home_dir()?.join(".cargo")));
    let above = workspace::folder().ancestors().skip(1).map(|folder| folder.join(".cargo"));
    let configs = home.into_iter().chain(above).map(|folder| folder.join("config.toml"));
    // An update replaces the compiler under the same path.
    let compiler = env::var_os("CARGO").map(PathBuf::from);
    for file in configs.chain(compiler) {
        if let Ok(changed) = fs::metadata(&file).and_then(|file| file.modified()) {
            lines.push(format!("{file:?} of {changed:?}"));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use std::time::Duration;

    use super::*;

    #[test]
    fn an_older_source_that_comes_back_gets_a_new_time_and_no_other_does() {
        let workspace = tempfile::tempdir().unwrap();
        let path = |name: &str| workspace.path().join(name);
        fs::create_dir_all(path("crates/run")).unwrap();
        fs::create_dir(path(".cargo")).unwrap();
        let names = SOURCES.into_iter().filter(|name| *name != "crates");
        for name in names.chain(["crates/run/a.rs", "crates/run/b.rs"]) {
            fs::write(path(name), name).unwrap();
        }
        let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let modified = |name: &str| fs::metadata(path(name)).unwrap().modified().unwrap();
        let age = |name: &str| {
            File::options().append(true).open(path(name)).unwrap().set_modified(old).unwrap();
        };
        ["crates/run/a.rs", "crates/run/b.rs"].into_iter().for_each(age);
        let inputs =
            || Inputs { environment: "x".to_owned(), sources: sources(workspace.path()).unwrap() };
        let kept = path("trainer");
        inputs().record(&kept).unwrap();
        assert!(inputs().are_of(&kept));
        inputs().renew_changed(&kept).unwrap();
        assert_eq!(modified("crates/run/a.rs"), old);

        // Of the same size, with the old time.
        fs::write(path("crates/run/a.rs"), "crates/run/A.rs").unwrap();
        age("crates/run/a.rs");
        assert!(!inputs().are_of(&kept));
        inputs().renew_changed(&kept).unwrap();
        assert!(modified("crates/run/a.rs") > old);
        assert_eq!(modified("crates/run/b.rs"), old);
        inputs().record(&kept).unwrap();
        assert!(inputs().are_of(&kept));
        fs::remove_file(path("crates/run/b.rs")).unwrap();
        assert!(!inputs().are_of(&kept));
    }
}
