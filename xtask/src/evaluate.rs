//! `cargo xtask evaluate`: the evaluation of a trained network.

mod pictures;

use std::path::PathBuf;

use data::{Images, known};
use host::{FileError, text::counted};
use report::evaluation::{self, Evaluation, EvaluationInputs};
use run::{Rows, Run, images::RunImages, predictions};

use crate::{
    import,
    network::{Network, NetworkFlags},
    usage::OrUsage,
    workspace::{self, Here},
};

/// The default name of the folder for the record and the charts.
const FOLDER: &str = "evaluation";

/// The flags of `evaluate`.
#[derive(Debug, clap::Args)]
pub struct EvaluateFlags {
    /// Run folder or .safetensors file [default: the latest finished run in runs/]
    run: Option<PathBuf>,
    /// Labelled images [default: the test data of the run, or without any, its validation rows]
    #[arg(long, value_name = "CSV")]
    data: Option<PathBuf>,
    /// Folder of pictures of one digit each, instead: a folder for each class, named as the class;
    /// folders above these are kinds of pictures
    #[arg(long, value_name = "DIR", conflicts_with = "data")]
    pictures: Option<PathBuf>,
    /// Folder for the record and the charts [default: evaluation/ in the run folder, or beside the
    /// file; with --pictures, picture-evaluation/]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    network: NetworkFlags,
}

/// The images of an evaluation.
struct Evaluated {
    /// The file of the images.
    data: PathBuf,
    /// The evaluated rows, in words.
    which: &'static str,
    /// The images in a request to the trainer.
    rows: Rows,
    images: Images,
    /// The number of images that are also in the training data, if it is known.
    seen: Option<usize>,
}

/// Evaluates, and returns the exit code.
///
/// # Errors
/// The network or the data are missing, the trainer does not compile, or the disk fails.
pub fn evaluate(flags: EvaluateFlags) -> anyhow::Result<u8> {
    let here = workspace::enter()?;
    let recorded = |path: Option<PathBuf>| path.map(|path| here.recorded(&path)).transpose();
    let network = Network::find(recorded(flags.run)?.as_deref(), flags.network, &here)?;
    if let Some(pictures) = flags.pictures.map(|path| here.path(&path)) {
        network.refuse_flags_of_files()?;
        let out = folder(&network, flags.out.map(|path| here.path(&path)), pictures::FOLDER)?;
        return pictures::evaluate(&network, &pictures, &out, &here);
    }
    let evaluated = evaluated(&network, recorded(flags.data)?, &here)?;
    let out = folder(&network, flags.out.map(|path| here.path(&path)), FOLDER)?;
    let Evaluated { data, which, rows, images, seen } = &evaluated;
    let predictions = match network.predict(rows.clone(), Some(workspace::cache()))? {
        Ok(predictions) => predictions,
        Err(code) => return Ok(code),
    };
    network.check_classes(&predictions, images.classes())?;
    let predictions = predictions::judge(&predictions, images);
    if let Some(evaluation) = network.evaluation(&predictions, images.classes()) {
        let inputs = EvaluationInputs {
            weights: network.trained.weights.display().to_string(),
            data: data.display().to_string(),
            rows: (*which).to_owned(),
            size: images.size(),
            pixel_max: images.pixel_max().get(),
            in_training_data: *seen,
        };
        network.warn_of_seen(*seen, images.targets().len(), data, "accuracy", &here);
        tell(&evaluation, &network, &evaluated, &here);
        let pictures =
            evaluation.write(&out, &inputs, &predictions::worst_mistakes(&predictions, images))?;
        let path = here.show(&out);
        host::outln!("pictures     {}/{}", path.display(), pictures.join(", "));
        host::outln!("record       {}/{}", path.display(), evaluation::NAME);
    }
    Ok(0)
}

fn tell(evaluation: &Evaluation, network: &Network, evaluated: &Evaluated, here: &Here) {
    let Evaluated { data, which, images, .. } = evaluated;
    host::outln!("weights      {}", here.show(&network.trained.weights).display());
    let rows = counted(images.targets().len(), "row");
    host::outln!("data         {}: {rows}, {which}", here.show(data).display());
    host::outln!("{}", evaluation.text());
}

/// The rows of `--data`, or the test or validation rows of the run.
fn evaluated(network: &Network, asked: Option<PathBuf>, here: &Here) -> anyhow::Result<Evaluated> {
    match (asked, &network.trained.run) {
        (Some(data), _) => all_of(network, data, "given with --data", None, here),
        (None, Some(run)) => match &run.config.test_data {
            Some(data) => {
                all_of(network, data.clone(), "the test data of the run", Some(run), here)
            }
            None => {
                network.refuse_flags_of_files()?;
                validation_rows(run)
            }
        },
        (None, None) => {
            all_of(network, known::MNIST_TEST.into(), "the test set of MNIST", None, here)
        }
    }
}

/// All rows of a file, which must be as the run has read it, if it is one of `run`.
fn all_of(
    network: &Network,
    data: PathBuf,
    which: &'static str,
    run: Option<&Run>,
    here: &Here,
) -> anyhow::Result<Evaluated> {
    let set = network.read(&data)?;
    run.map_or(Ok(()), |run| run.refuse_other_data(&data, set.sha256())).or_usage()?;
    let images = match network.images() {
        Some((size, classes)) => set.labelled_as(size, &classes)?,
        None => set.labelled()?,
    };
    let seen = network.count_seen(images.iter(), here);
    Ok(Evaluated { rows: network.all_of(&data)?, data, which, images, seen })
}

/// The validation rows of a run.
fn validation_rows(run: &Run) -> anyhow::Result<Evaluated> {
    let data = run.config.data.clone();
    import::prepare(&data, &run.config.read_options())?;
    let images = RunImages::read(&run.config, Some(&workspace::cache()))?;
    run.refuse_other_data(&data, &images.sha256).or_usage()?;
    let which = "the validation rows of the run, which has no test data";
    let rows = Rows::Validation { run: run.folder.path().to_owned() };
    Ok(Evaluated { data, which, rows, images: images.valid, seen: None })
}

/// The folder for the record and the pictures. It must not hold other files.
fn folder(network: &Network, asked: Option<PathBuf>, name: &str) -> Result<PathBuf, FileError> {
    let beside =
        || network.trained.weights.parent().map_or_else(|| name.into(), |parent| parent.join(name));
    let of_run = || network.trained.run.as_ref().map(|run| run.folder.path().join(name));
    let folder = asked.or_else(of_run).unwrap_or_else(beside);
    evaluation::check_folder(&folder)?;
    Ok(folder)
}
