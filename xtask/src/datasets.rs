//! `cargo xtask data`: the list of data sets, the check of a file, and downloads.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::Subcommand;
use data::{
    ImageSet, Inspection, LineEnd, ReadError, ReadOptions, Scan,
    inspect::{find, inspect},
    known::Mnist,
    source::Packing,
    stratified_split,
};
use host::text::{counted, thousands};
use kaggle::KaggleFlags;
use run::{ImageFlags, Settings};

use crate::{download, usage::OrUsage, workspace};

/// The largest number of listed errors.
const MOST_PROBLEMS: usize = 20;
/// The folder of the data sets, in the workspace.
const FOLDER: &str = "data";

/// The subcommands of `data`; without one, it lists the data sets.
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Check a file: content, form and errors
    Check {
        /// CSV of images, plain, .gz or .zip
        file: PathBuf,
        #[command(flatten)]
        images: ImageFlags,
    },
    /// Download digits from Kaggle into data/kaggle/; the first use compiles TLS for half a minute
    Kaggle(KaggleFlags),
}

/// Lists, checks or downloads, and returns the exit code.
///
/// # Errors
/// The disk fails, or the download does.
pub fn data(command: Option<DataCommand>) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let mnist = || Mnist::in_repository(Path::new(""), &workspace::cache());
    match command {
        None => list(mnist().as_ref()),
        Some(DataCommand::Check { file, images }) => {
            let options = images.options(ReadOptions::default()).or_usage()?;
            Ok(u8::from(!describe(&here.path(&file), options, mnist().as_ref())?))
        }
        Some(DataCommand::Kaggle(mut flags)) => {
            if flags.out != KaggleFlags::default().out {
                flags.out = here.path(&flags.out);
            }
            let code = download::download(&flags)?;
            if code == 0 {
                for file in download::files(&flags)? {
                    describe(&file, ReadOptions::default(), mnist().as_ref())?;
                }
            }
            Ok(code)
        }
    }
}

fn list(mnist: Option<&Mnist>) -> anyhow::Result<u8> {
    let files = find(Path::new(FOLDER))?;
    for file in &files {
        if let Err(error) = describe(file, ReadOptions::default(), mnist) {
            host::outln!("{}\n  {:<9} {}\n", file.display(), "refused", error.problem);
        }
    }
    if files.is_empty() {
        host::outln!("no data sets in {FOLDER}/; cargo xtask data kaggle downloads one");
    }
    Ok(0)
}

/// Prints content, form and errors of a file; returns whether it has no error.
fn describe(path: &Path, options: ReadOptions, mnist: Option<&Mnist>) -> Result<bool, ReadError> {
    let inspection = inspect(path, options, mnist, MOST_PROBLEMS)?;
    let scan = &inspection.scan;
    host::outln!("{}", path.display());
    let print = |name: &str, value: String| host::outln!("  {name:<9} {value}");
    print("known as", inspection.name.unwrap_or("unknown").to_owned());
    if let Some(set) = &scan.set {
        print("images", images(set, &inspection, options));
        print("rows", rows(set));
        if inspection.in_official_test > 0 {
            print("", overlap(set, &inspection));
        }
        // A file with errors may lack a class.
        if let Some(labels) = inspection.labels.as_ref().filter(|_| scan.problems.is_empty()) {
            print("classes", classes(set, labels));
        }
        print("form", form(scan));
    }
    print("size", size(&inspection));
    if scan.is_complete {
        print("sha256", scan.sha256.clone());
    }
    if !scan.problems.is_empty() {
        let more = if scan.is_complete { "" } else { ", at the last of which reading stopped" };
        print("problems", format!("{}{more}", scan.problems.len()));
        scan.problems.iter().for_each(|problem| print("", problem.to_string()));
    }
    host::outln!("");
    Ok(scan.problems.is_empty())
}

fn images(set: &ImageSet, inspection: &Inspection, options: ReadOptions) -> String {
    let (size, brightest, most) = (set.size(), inspection.brightest, options.pixel_max);
    if brightest == most.get() {
        return format!("{size} pixels from 0 to {most}");
    }
    format!(
        "{size} pixels from 0 to {most}, none above {brightest}; if {brightest} means ink, give \
         --pixel-max {brightest}"
    )
}

fn rows(set: &ImageSet) -> String {
    let count = thousands(set.rows() as f64);
    match set.labels() {
        Some(_) => count,
        None => format!("{count} without labels: for submission to Kaggle, not for training"),
    }
}

/// The largest number of classes that are listed one by one; EMNIST has 62 at most.
const MOST_LISTED: usize = 62;

/// The labels and their counts, and whether a network can be trained on them.
fn classes(set: &ImageSet, labels: &BTreeMap<u16, usize>) -> String {
    let of = match set.classes() {
        Ok(classes) => format!("{}, labels {classes}", classes.count()),
        Err(problem) => {
            return format!("{}; usable for testing, not for training: {problem}", labels.len());
        }
    };
    let rows = match (labels.values().min(), labels.values().max()) {
        (Some(least), Some(most)) if labels.len() > MOST_LISTED => {
            let from = if least < most { format!("{least} to ") } else { String::new() };
            format!("{from}{} of each", counted(*most, "row"))
        }
        _ => {
            let counts: Vec<String> = labels.values().map(usize::to_string).collect();
            format!("rows of each: {}", counts.join(" "))
        }
    };
    let refused = match default_split(set) {
        Ok(()) => String::new(),
        Err(problem) => format!("; cargo xtask train refuses them: {problem}"),
    };
    format!("{of}; {rows}{refused}")
}

/// The split of a training with default settings, which may be impossible.
fn default_split(set: &ImageSet) -> anyhow::Result<()> {
    let config = Settings::default().resolve()?;
    let labels = set.labels().unwrap_or_default();
    stratified_split(labels, config.valid_fraction, config.split_seed)?;
    Ok(())
}

/// The overlap with the official test set, which would flatter a network trained on these rows.
fn overlap(set: &ImageSet, inspection: &Inspection) -> String {
    let (shared, all) = (inspection.in_official_test, set.rows());
    let share = shared as f64 / all as f64 * 100.0;
    let advice =
        if shared == all { "" } else { "; a network trained on them must not be tested there" };
    format!(
        "{} of them ({share:.1} %) are in the official test set{advice}",
        thousands(shared as f64)
    )
}

fn form(scan: &Scan) -> String {
    let form = &scan.form;
    let header = form
        .header
        .as_ref()
        .map_or_else(|| "no header".to_owned(), |header| format!("header {header}"));
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
