//! `cargo xtask data`: the list of data sets, the check of a file, and downloads.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use data::{
    Augmentation, Classes, ImageSet, Inspection, Labels, Memory, Outliers, ReadError, ReadOptions,
    form::Aspect,
    inspect::{find, inspect},
    known::Mnist,
    source::Packing,
    stratified_split,
};
use host::{
    OutputFile,
    text::{are, counted, thousands},
};
use kaggle::KaggleFlags;
use run::{Augment, ImageFlags, Settings};

use crate::{
    download, import,
    usage::{OrUsage, UsageError},
    workspace::{self, Here},
};

/// The folder of the data sets, in the workspace.
const FOLDER: &str = "data";

/// The subcommands of `data`; without one, it lists the data sets.
#[derive(Debug, Subcommand)]
pub enum DataCommand {
    /// Check images: content, form and errors
    Check {
        /// CSV, IDX, .npz, ARFF, LIBSVM, Parquet, or a folder of pictures
        file: PathBuf,
        #[command(flatten)]
        images: ImageFlags,
    },
    /// Draw a contact sheet: some images of each class, as a network gets them
    Show {
        /// CSV, IDX, .npz, ARFF, LIBSVM, Parquet, or a folder of pictures
        file: PathBuf,
        /// Label to show alone [default: all]
        #[arg(long, value_name = "NAME", allow_negative_numbers = true)]
        label: Option<String>,
        /// Augmentation to show on the images
        #[arg(long, value_enum, value_name = "KIND", default_value_t)]
        augment: Augment,
        /// Share of the images that outliers replace, from 0 to 1
        #[arg(long, value_name = "F", value_parser = outliers)]
        outliers: Option<Outliers>,
        /// PNG to write
        #[arg(long, value_name = "PNG", default_value = "contact-sheet.png")]
        out: PathBuf,
        #[command(flatten)]
        images: ImageFlags,
    },
    /// Write images as a CSV: label, then the pixels row by row
    Convert {
        /// CSV, IDX, .npz, ARFF, LIBSVM, Parquet, or a folder of pictures
        file: PathBuf,
        /// CSV to write; with the ending .gz, it is packed
        #[arg(long, value_name = "CSV")]
        out: PathBuf,
        #[command(flatten)]
        images: ImageFlags,
    },
    /// Download digits from Kaggle into data/kaggle/; the first use compiles TLS for half a minute
    Kaggle(KaggleFlags),
}

/// The share of outliers that a flag names.
fn outliers(text: &str) -> Result<Outliers, &'static str> {
    let share = text.parse().ok().and_then(Outliers::with_share);
    share.ok_or("expected a number above 0, and at most 1")
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
            let options = options(images, &here)?;
            let file = here.path(&file);
            import::prepare(&file, &options)?;
            Ok(u8::from(!describe(&file, &options, mnist().as_ref())?))
        }
        Some(DataCommand::Show { file, label, augment, outliers, out, images }) => {
            let out = OutputFile::of(&here.path(&out), report::picture::PNG)?;
            let set = read(&here.path(&file), &options(images, &here)?)?;
            let augmentation = Augmentation { transform: augment.transform(1.0), outliers };
            let set = set.augmented(&augmentation, 0);
            show(&set, label.as_deref(), &out, &here)
        }
        Some(DataCommand::Convert { file, out, images }) => {
            let out = OutputFile::unused(&here.path(&out))?;
            convert(&read(&here.path(&file), &options(images, &here)?)?, &out, &here)
        }
        Some(DataCommand::Kaggle(mut flags)) => {
            if flags.out != KaggleFlags::default().out {
                flags.out = here.path(&flags.out);
            }
            let code = download::download(&flags)?;
            if code == 0 {
                for file in download::files(&flags)? {
                    describe(&file, &ReadOptions::default(), mnist().as_ref())?;
                }
            }
            Ok(code)
        }
    }
}

/// The format that the flags say.
fn options(mut images: ImageFlags, here: &Here) -> Result<ReadOptions, UsageError> {
    here.record(images.paths_mut())?;
    images.options(ReadOptions::default()).or_usage()
}

fn read(file: &Path, options: &ReadOptions) -> anyhow::Result<ImageSet> {
    import::prepare(file, options)?;
    Ok(options.read_cached(file, &workspace::cache())?)
}

fn show(set: &ImageSet, label: Option<&str>, out: &OutputFile, here: &Here) -> anyhow::Result<u8> {
    let only = match (label, set.labels()) {
        (None, _) => None,
        (Some(label), Some(labels)) => {
            let place = labels.names().iter().position(|name| name == label);
            let expected = || UsageError(format!("label {label}; expected {}", listed(labels)));
            Some(place.ok_or_else(expected)?)
        }
        (Some(_), None) => {
            return Err(UsageError("--label: the images have no labels".to_owned()).into());
        }
    };
    out.write(&report::contact_sheet::png(set, only)?)?;
    let path = here.show(out.path());
    host::outln!("{} of {} pixels: {}", counted(set.rows(), "image"), set.size(), path.display());
    Ok(0)
}

/// The labels of a set in words.
fn listed(labels: &Labels) -> String {
    labels.classes().map_or_else(|_| labels.names().join(", "), |classes| classes.to_string())
}

fn convert(set: &ImageSet, out: &OutputFile, here: &Here) -> anyhow::Result<u8> {
    let is_packed = out.path().extension().is_some_and(|ending| ending == "gz");
    out.write(&set.to_csv(is_packed)?)?;
    host::outln!("{}: {}", here.show(out.path()).display(), rows(set));
    Ok(0)
}

fn list(mnist: Option<&Mnist>) -> anyhow::Result<u8> {
    let files = find(Path::new(FOLDER))?;
    for file in &files {
        if let Err(error) = describe(file, &ReadOptions::default(), mnist) {
            host::outln!("{}\n  {:<11} {}\n", file.display(), "refused", error.problem);
        }
    }
    if files.is_empty() {
        host::outln!("no data sets in {FOLDER}/; cargo xtask data kaggle downloads one");
    }
    Ok(0)
}

/// Prints content, form and errors of a file; returns whether it has no error.
fn describe(path: &Path, options: &ReadOptions, mnist: Option<&Mnist>) -> Result<bool, ReadError> {
    let inspection = inspect(path, options, mnist, &workspace::cache())?;
    let scan = &inspection.scan;
    host::outln!("{}", path.display());
    let print = |name: &str, value: String| host::outln!("  {name:<11} {value}");
    print("known as", inspection.name.unwrap_or("unknown").to_owned());
    if let Some(set) = &scan.set {
        print("images", images(set, &inspection, options));
        print("rows", rows(set));
        if inspection.in_official_test > 0 {
            print("", overlap(set, &inspection));
        }
        // A file with errors may lack a class.
        if let Some(labels) = set.labels().filter(|_| scan.problems.is_empty()) {
            print("classes", classes(labels));
        }
    }
    for Aspect { name, value, .. } in scan.form.aspects() {
        // `passed over: 2 blank lines`, where it stands without its name.
        let value = value.strip_prefix(&format!("{name}: ")).unwrap_or(value);
        print(name, value.to_owned());
    }
    print("packing", scan.packing.to_string());
    print("size", size(&inspection));
    if let Some(memory) = scan.memory {
        print("memory", self::memory(memory));
    }
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

fn images(set: &ImageSet, inspection: &Inspection, options: &ReadOptions) -> String {
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
fn classes(labels: &Labels) -> String {
    let counts = labels.counts();
    let classes = match labels.classes() {
        Ok(classes) => classes,
        Err(problem) => {
            return format!("{}; usable for testing, not for training: {problem}", counts.len());
        }
    };
    let rows = match (counts.iter().min(), counts.iter().max()) {
        (Some(least), Some(most)) if counts.len() > MOST_LISTED => {
            let from = if least < most { format!("{least} to ") } else { String::new() };
            format!("{from}{} of each", counted(*most, "row"))
        }
        _ => {
            let counts: Vec<String> = counts.iter().map(usize::to_string).collect();
            format!("rows of each: {}", counts.join(" "))
        }
    };
    let refused = match default_split(labels, &classes) {
        Ok(()) => String::new(),
        Err(problem) => format!("; cargo xtask train refuses them: {problem}"),
    };
    format!("{}, labels {classes}; {rows}{refused}", classes.count())
}

/// The split of a training with default settings, which may be impossible.
fn default_split(labels: &Labels, classes: &Classes) -> anyhow::Result<()> {
    let config = Settings::default().resolve()?;
    stratified_split(labels.of_rows(), config.valid_fraction, config.split_seed)
        .map_err(|error| error.named(classes))?;
    Ok(())
}

/// The overlap with the official test set, which would flatter a network trained on these rows.
fn overlap(set: &ImageSet, inspection: &Inspection) -> String {
    let (shared, all) = (inspection.in_official_test, set.rows());
    let share = shared as f64 / all as f64 * 100.0;
    let advice =
        if shared == all { "" } else { "; a network trained on them must not be tested there" };
    format!(
        "{} of them ({share:.1} %) {} in the official test set{advice}",
        thousands(shared as f64),
        are(shared)
    )
}

/// The memory for the images alone, in MB that are rounded up.
fn memory(Memory { reading, training }: Memory) -> String {
    let megabytes = |bytes: usize| thousands(bytes.div_ceil(1_000_000) as f64);
    format!("{} MB to read, {} MB to train with", megabytes(reading), megabytes(training))
}

fn size(inspection: &Inspection) -> String {
    let size = counted(inspection.size as usize, "byte");
    match inspection.scan.packing {
        Packing::Plain => size,
        _ => format!("{size}, {} unpacked", thousands(inspection.scan.bytes as f64)),
    }
}
