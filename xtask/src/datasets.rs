//! `cargo xtask data`: which digits are there, whether a file is usable, and downloads.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use data::{
    Inspection, LineEnd, ReadError, Scan,
    inspect::{find, inspect},
    known::Mnist,
    source::Packing,
};
use kaggle::KaggleFlags;
use run::text::thousands;

use crate::{download, workspace};

/// More problems than this nobody reads.
const MOST_PROBLEMS: usize = 20;
/// Where the digits are, in the workspace.
const FOLDER: &str = "data";

/// What to do with data; without any of these, the data sets at hand are listed.
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Say what a file holds, and everything that is wrong with it
    Check {
        /// A CSV of digits, plain, .gz or .zip
        file: PathBuf,
    },
    /// Download digits from Kaggle into data/kaggle/; the first time, this compiles TLS for half a minute
    Kaggle(KaggleFlags),
}

/// Lists, checks or downloads, and gives the exit code.
///
/// # Errors
/// The disk fails, or the download does.
pub fn data(command: Option<DataCommand>) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let mnist = || Mnist::in_repository(Path::new(""), &workspace::cache());
    match command {
        None => list(mnist().as_ref()),
        Some(DataCommand::Check { file }) => Ok(u8::from(!describe(&here.path(&file), mnist().as_ref())?)),
        Some(DataCommand::Kaggle(mut flags)) => {
            if flags.out != KaggleFlags::default().out {
                flags.out = here.path(&flags.out);
            }
            let code = download::download(&flags)?;
            if code == 0 {
                for file in download::files(&flags)? {
                    describe(&file, mnist().as_ref())?;
                }
            }
            Ok(code)
        }
    }
}

fn list(mnist: Option<&Mnist>) -> anyhow::Result<u8> {
    let files = find(Path::new(FOLDER))?;
    for file in &files {
        if let Err(error) = describe(file, mnist) {
            run::outln!("{}\n  {:<9} {}\n", file.display(), "refused", error.problem);
        }
    }
    if files.is_empty() {
        run::outln!("no data sets in {FOLDER}/; cargo xtask data kaggle downloads one");
    }
    Ok(0)
}

/// Says what a file holds; whether it is sound.
fn describe(path: &Path, mnist: Option<&Mnist>) -> Result<bool, ReadError> {
    let inspection = inspect(path, mnist, MOST_PROBLEMS)?;
    let scan = &inspection.scan;
    run::outln!("{}", path.display());
    let say = |name: &str, value: String| run::outln!("  {name:<9} {value}");
    say("known as", inspection.name.unwrap_or("unknown").to_owned());
    if scan.table.rows() > 0 {
        say("rows", rows(&inspection));
        if inspection.in_official_test > 0 {
            say("", overlap(&inspection));
        }
        say("form", form(scan));
    }
    say("size", size(&inspection));
    if scan.is_complete {
        say("sha256", scan.table.sha256().to_owned());
    }
    if !scan.problems.is_empty() {
        let more = if scan.is_complete { "" } else { ", at the last of which reading stopped" };
        say("problems", format!("{}{more}", scan.problems.len()));
        scan.problems.iter().for_each(|problem| say("", problem.to_string()));
    }
    run::outln!();
    Ok(scan.problems.is_empty())
}

fn rows(inspection: &Inspection) -> String {
    let count = thousands(inspection.scan.table.rows() as f64);
    let Some(classes) = inspection.classes else {
        return format!("{count} without labels: to be labelled and submitted to Kaggle, not to be trained on");
    };
    format!("{count}; of the digits 0 to 9: {}", classes.map(|count| count.to_string()).join(" "))
}

/// Whether a test on the official test set would flatter what is trained on these rows.
fn overlap(inspection: &Inspection) -> String {
    let (shared, all) = (inspection.in_official_test, inspection.scan.table.rows());
    let share = shared as f64 / all as f64 * 100.0;
    let advice = if shared == all { "" } else { "; what is trained on them must not be tested there" };
    format!("{} of them ({share:.1} %) are in the official test set{advice}", thousands(shared as f64))
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

fn size(inspection: &Inspection) -> String {
    let bytes = |count: u64| thousands(count as f64);
    match inspection.scan.form.packing {
        Packing::Plain => format!("{} bytes", bytes(inspection.size)),
        _ => format!("{} bytes, {} unpacked", bytes(inspection.size), bytes(inspection.scan.bytes)),
    }
}
