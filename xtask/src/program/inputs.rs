//! What a program was built from: the files that cargo lists beside it, its manifests, and the
//! environment.

use std::{
    collections::BTreeSet,
    env,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{cargo, workspace};

/// Writes down beside a program that is kept from what cargo has built it. Anything that changed
/// since that build started may not be in it.
///
/// # Errors
/// The list of files cannot be read, or the disk is full.
pub fn write(built: &Path, kept: &Path, started: SystemTime) -> io::Result<()> {
    let files: Vec<_> =
        files(built)?.iter().map(|file| file.to_string_lossy().into_owned()).collect();
    let record = beside(kept);
    fs::write(&record, format!("{}\n\n{}\n", environment(), files.join("\n")))?;
    File::options().append(true).open(record)?.set_modified(started)
}

/// Whether nothing has changed since a program was built.
pub fn are_unchanged(kept: &Path) -> bool {
    let modified = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    let record = beside(kept);
    let (Ok(text), Some(built)) = (fs::read_to_string(&record), modified(&record)) else {
        return false;
    };
    let Some((then, files)) = text.split_once("\n\n") else { return false };
    then == environment()
        && files
            .lines()
            .all(|file| modified(Path::new(file)).is_some_and(|changed| changed < built))
}

fn beside(kept: &Path) -> PathBuf {
    kept.with_extension("inputs")
}

/// Every file and folder that makes a difference to a program.
fn files(built: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let sources = sources(&fs::read_to_string(built.with_extension("d"))?);
    let workspace = workspace::folder();
    let settings = ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml"];
    let mut files: BTreeSet<PathBuf> = settings.map(|name| workspace.join(name)).into();
    // A new build script would not be in the list of sources, but changes the folder of its crate.
    // The folder of the workspace, where there is none, changes all the time.
    let folders = sources.iter().flat_map(|file| file.ancestors());
    let crates =
        folders.filter(|folder| *folder != workspace && folder.join("Cargo.toml").is_file());
    files.extend(crates.flat_map(|folder| [folder.to_owned(), folder.join("Cargo.toml")]));
    files.extend(sources);
    Ok(files)
}

/// The files in a makefile as cargo writes it: `program: file file`, with spaces in names escaped.
fn sources(makefile: &str) -> Vec<PathBuf> {
    const SPACE: &str = "\u{0}";
    let line = makefile.lines().next().unwrap_or_default().replace("\\ ", SPACE);
    let files = line
        .split_once(": ")
        .map_or("", |(_, files)| files)
        .split(' ')
        .filter(|file| !file.is_empty());
    files.map(|file| workspace::folder().join(file.replace(SPACE, " "))).collect()
}

/// Variables that cargo, the compiler and build scripts look at, and the files in which they are
/// configured, in one text without an empty line.
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
    // The compiler is updated in its place.
    let compiler = env::var_os("CARGO").map(PathBuf::from);
    for file in configs.chain(compiler) {
        if let Ok(changed) = fs::metadata(&file).and_then(|file| file.modified()) {
            lines.push(format!("{file:?} of {changed:?}"));
        }
    }
    lines.join("\n")
}
