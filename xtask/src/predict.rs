//! `cargo xtask predict`: predictions of a trained network for images without labels.

mod photos;
mod submission;

use std::path::{Path, PathBuf};

use host::OutputFile;

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
        (None, []) => {
            return Err(
                UsageError("no images; name pictures, or a CSV with --data".to_owned()).into()
            );
        }
        (None, pictures) => Wanted::Photos(photos::in_folders(pictures)?),
    };
    let network = Network::find(run, flags.network, &here)?;
    match wanted {
        Wanted::Photos(pictures) => photos::predict(&network, &pictures, flags.show, &here),
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

/// Whether an argument is a network, not a picture or a folder of pictures.
fn is_network(path: &Path) -> bool {
    let is_weights = path.extension().is_some_and(|extension| extension == "safetensors");
    is_weights || path.is_dir() && !photos::has_pictures(path)
}

fn out(asked: Option<&Path>, here: &Here) -> PathBuf {
    here.path(asked.unwrap_or(Path::new(submission::NAME)))
}
