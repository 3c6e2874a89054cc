//! `cargo xtask data`: which digits are there, whether a file is usable, and downloads.

mod kaggle;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use data::{
    LineEnd, ReadError, Scan, Table,
    known::{self, MNIST_TEST, MNIST_TRAIN, Mnist},
    source::Packing,
};
pub use kaggle::{Kaggle, Refused, train_file};
use run::text::thousands;

use crate::workspace;

/// More problems than this nobody reads.
const MOST_PROBLEMS: usize = 20;
/// Where the digits are, in the workspace.
const FOLDER: &str = "data";
/// Where parsed digits are kept between runs.
const CACHE: &str = "target/digits";

/// What to do with data; without any of these, the data sets at hand are listed.
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Say what a file holds, and everything that is wrong with it
    Check {
        /// A CSV of digits, plain, .gz or .zip
        file: PathBuf,
    },
    /// Download digits from Kaggle into data/kaggle/
    Kaggle(Kaggle),
}

/// Lists, checks or downloads, and gives the exit code.
///
/// # Errors
/// The disk fails, or the download does.
pub fn data(command: Option<DataCommand>) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    match command {
        None => list(),
        Some(DataCommand::Check { file }) => Ok(u8::from(!describe(&here.join(file), official().as_ref())?)),
        Some(DataCommand::Kaggle(kaggle)) => {
            let mnist = official();
            for file in kaggle.relative_to(&here).download()?.files {
                describe(&file, mnist.as_ref())?;
            }
            Ok(0)
        }
    }
}

/// MNIST as it is in the repository, to compare with.
fn official() -> Option<Mnist> {
    let read = |path| data::read_cached(path, Path::new(CACHE)).ok();
    Some(Mnist::of(&read(MNIST_TRAIN)?, &read(MNIST_TEST)?))
}

fn list() -> anyhow::Result<u8> {
    let mnist = official();
    let mut files = Vec::new();
    find(Path::new(FOLDER), &mut files)?;
    for file in &files {
        if let Err(error) = describe(file, mnist.as_ref()) {
            println!("{}\n  {:<9} {}\n", file.display(), "refused", error.problem);
        }
    }
    if files.is_empty() {
        println!("no data sets in {FOLDER}/; cargo xtask data kaggle downloads one");
    }
    Ok(0)
}

/// Every file below a folder that could hold digits, by name.
fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.sort_unstable();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        if path.is_dir() {
            find(&path, files)?;
        } else if !name.starts_with('.') && [".csv", ".csv.gz", ".zip"].iter().any(|end| name.ends_with(end)) {
            files.push(path);
        }
    }
    Ok(())
}

/// Says what a file holds; whether it is sound.
fn describe(path: &Path, mnist: Option<&Mnist>) -> Result<bool, ReadError> {
    let scan = data::scan(path, MOST_PROBLEMS)?;
    let packed = fs::metadata(path).map_or(0, |file| file.len());
    println!("{}", path.display());
    let say = |name: &str, value: String| println!("  {name:<9} {value}");
    let name = known::name(&scan.table, mnist).filter(|_| scan.problems.is_empty());
    say("known as", name.unwrap_or("unknown").to_owned());
    if scan.table.rows() > 0 {
        say("rows", rows(&scan.table));
        if let Some(mnist) = mnist {
            overlap(&scan.table, mnist).into_iter().for_each(|told| say("", told));
        }
        say("form", form(&scan));
    }
    say("size", size(&scan, packed));
    if scan.is_complete {
        say("sha256", scan.table.sha256().to_owned());
    }
    if !scan.problems.is_empty() {
        let more = if scan.is_complete { "" } else { ", at the last of which reading stopped" };
        say("problems", format!("{}{more}", scan.problems.len()));
        scan.problems.iter().for_each(|problem| say("", problem.to_string()));
    }
    println!();
    Ok(scan.problems.is_empty())
}

fn rows(table: &Table) -> String {
    let count = thousands(table.rows() as f64);
    let Some(labels) = table.labels() else {
        return format!("{count} without labels: to be labelled and submitted to Kaggle, not to be trained on");
    };
    let mut classes = [0; data::CLASSES];
    labels.iter().for_each(|label| classes[usize::from(*label)] += 1);
    let classes: Vec<String> = classes.iter().map(usize::to_string).collect();
    format!("{count}; of the digits 0 to 9: {}", classes.join(" "))
}

/// Whether a test on the official test set would flatter what is trained on these rows.
fn overlap(table: &Table, mnist: &Mnist) -> Option<String> {
    let shared = mnist.shared(table).test;
    let all = table.rows();
    (shared > 0).then(|| {
        let share = shared as f64 / all as f64 * 100.0;
        let advice = if shared == all { "" } else { "; what is trained on them must not be tested there" };
        format!("{} of them ({share:.1} %) are in the official test set{advice}", thousands(shared as f64))
    })
}

fn form(scan: &Scan) -> String {
    let form = &scan.form;
    let header = form.header.as_ref().map_or_else(|| "no header".to_owned(), |header| format!("header {header}"));
    let end = match form.line_end {
        None => "a single line",
        Some(LineEnd::Lf) => "lines end in LF",
        Some(LineEnd::CrLf) => "lines end in CRLF",
        Some(LineEnd::Mixed) => "some lines end in LF, some in CRLF",
    };
    let packing = match form.packing {
        Packing::Plain => "",
        Packing::Gzip => "; gzip",
        Packing::Zip => "; zip",
    };
    let mark = if form.has_mark { "; byte-order mark" } else { "" };
    format!("{header}; {end}{mark}{packing}")
}

fn size(scan: &Scan, packed: u64) -> String {
    let bytes = |count: u64| thousands(count as f64);
    match scan.form.packing {
        Packing::Plain => format!("{} bytes", bytes(packed)),
        _ => format!("{} bytes, {} unpacked", bytes(packed), bytes(scan.bytes)),
    }
}
