//! `cargo xtask predict`: predictions of a trained network for images without labels.

mod number;
mod photos;
mod submission;

use std::path::{Path, PathBuf};

use host::OutputFile;
use run::RunFolder;
use study::StudyFolder;

use crate::{
    download,
    network::{Network, NetworkFlags},
    usage::UsageError,
    workspace::{self, Here},
};

/// The flags of `predict`.
#[derive(Debug, clap::Args)]
pub struct PredictFlags {
    /// Run folder or .safetensors file [default: the latest finished run in runs/], then pictures
    /// of one digit each, or folders of pictures: photographs or scans as PNG, JPEG, WebP, BMP, GIF
    /// or TIFF
    #[arg(value_name = "RUN or PICTURES")]
    paths: Vec<PathBuf>,
    /// Images without labels, instead of pictures, as in Kaggle's test.csv; `kaggle` downloads that
    /// file if it is missing
    #[arg(long, value_name = "CSV")]
    data: Option<PathBuf>,
    /// Submission to write, with the predictions for --data [default: submission.csv]
    #[arg(long, value_name = "CSV", requires = "data")]
    out: Option<PathBuf>,
    #[command(flatten)]
    header: submission::HeaderFlags,
    /// Show the image of each picture as the network gets it, and the probability of each class
    #[arg(long, conflicts_with = "data")]
    show: bool,
    /// Read pages of numbers instead of pictures of one digit: the digits of each line, from left
    /// to right; digits that touch are refused
    #[arg(long, conflicts_with = "data")]
    number: bool,
    #[command(flatten)]
    network: NetworkFlags,
}

/// Predicts, and returns the exit code.
///
/// # Errors
/// The network or an image is missing, the trainer does not compile, or the disk fails.
pub fn predict(flags: PredictFlags) -> anyhow::Result<u8> {
    let kaggle = download::test_file(flags.data.as_deref());
    let here = workspace::enter()?;
    let paths: Vec<PathBuf> = flags.paths.iter().map(|path| here.path(path)).collect();
    let (run, pictures) = match paths.split_first() {
        Some((first, rest)) if is_network(first) => (Some(first.as_path()), rest),
        _ => (None, &paths[..]),
    };
    let given = flags.data.as_deref().map(|path| here.recorded(path)).transpose()?;
    let wanted = match (kaggle.clone().or(given), pictures) {
        (Some(data), []) => Wanted::Submission { data, out: out(flags.out.as_deref(), &here) },
        (Some(_), [picture, ..]) => {
            let shown = here.show(picture);
            return Err(UsageError(format!(
                "{}: either pictures or --data; not both",
                shown.display()
            ))
            .into());
        }
        (None, []) => return Err(no_images(run, &here).into()),
        (None, pictures) => {
            refuse_other_than_pictures(pictures, &here)?;
            Wanted::Photos(photos::in_folders(pictures)?)
        }
    };
    let network = Network::find(run, flags.network, &here)?;
    match wanted {
        Wanted::Photos(pictures) => {
            network.refuse_flags_of_files()?;
            let predict = if flags.number { number::predict } else { photos::predict };
            predict(&network, &pictures, flags.show, &here)
        }
        Wanted::Submission { data, out } => {
            let header = flags.header.header(&out, &here)?;
            let out = OutputFile::of(&out, submission::kind(&header))?;
            match kaggle.as_deref().map(download::fetch_test_file).transpose()? {
                Some(code @ 1..) => Ok(code),
                _ => submission::predict(&network, &data, &out, &header, &here),
            }
        }
    }
}

/// The images of a prediction.
enum Wanted {
    /// The rows of a file.
    Submission { data: PathBuf, out: PathBuf },
    /// Pictures.
    Photos(Vec<PathBuf>),
}

/// Whether the first argument is a network, not a picture or a folder of pictures.
fn is_network(path: &Path) -> bool {
    is_weights(path) || path.is_dir() && !photos::has_pictures(path)
}

fn is_weights(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "safetensors")
}

/// The mistake of a command without images, whose only argument may be a network.
fn no_images(network: Option<&Path>, here: &Here) -> UsageError {
    let other = network.filter(|path| path.is_dir() && !RunFolder::at(*path).holds_run());
    UsageError(match other {
        Some(folder) => format!(
            "{}: this folder holds neither a run nor pictures; expected pictures, or a CSV with \
             --data",
            here.show(folder).display()
        ),
        None => "no images; name pictures, or a CSV with --data".to_owned(),
    })
}

/// Refuses networks and analyses among the pictures: the charts in their folders are no digits.
fn refuse_other_than_pictures(paths: &[PathBuf], here: &Here) -> Result<(), UsageError> {
    paths.iter().try_for_each(|path| {
        let mistake = match path {
            path if is_weights(path) => "this is a network; name the network first",
            path if RunFolder::at(path).holds_run() => {
                "this folder holds a run; name the network first"
            }
            path if StudyFolder::at(path).holds_study() => {
                "this folder holds an analysis; expected pictures of digits"
            }
            _ => return Ok(()),
        };
        Err(UsageError(format!("{}: {mistake}", here.show(path).display())))
    })
}

fn out(asked: Option<&Path>, here: &Here) -> PathBuf {
    here.path(asked.unwrap_or(Path::new(submission::NAME)))
}
