//! `cargo xtask evaluate --pictures`: the evaluation of a network on pictures of one digit each.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use data::Classes;
use host::{FileError, text::counted};
use report::evaluation::{
    EvaluationInputs, PictureEvaluation, PictureResult,
    of_pictures::{Original, Seen},
};
use run::{LabelledPrediction, Prediction};

use crate::{
    network::Network,
    pictures::{Content, Pictures, is_picture},
    usage::UsageError,
    workspace::Here,
};

/// The default name of the folder for the record and the charts.
pub const FOLDER: &str = "picture-evaluation";
/// The most folders from that of all pictures to that of a class: more is a loop of links.
const DEEPEST: usize = 8;

/// A picture with its class.
struct Picture {
    path: PathBuf,
    /// The names of the folders above that of the class.
    kind: String,
    /// Counted from 0.
    class: usize,
}

/// Evaluates, and returns the exit code: 1 if a picture could not be read, which counts as wrong.
///
/// # Errors
/// The folder is no folder of classes, a program does not compile, or the disk fails.
pub fn evaluate(network: &Network, folder: &Path, out: &Path, here: &Here) -> anyhow::Result<u8> {
    let classes = network.classes()?;
    let mut pictures = Vec::new();
    find(folder, &mut Vec::new(), &classes, here, &mut pictures)?;
    let shown = here.show(folder);
    if pictures.is_empty() {
        let path = shown.display();
        return Err(UsageError(format!("{path}: no pictures; {}", expected(&classes))).into());
    }
    let paths: Vec<PathBuf> = pictures.iter().map(|picture| picture.path.clone()).collect();
    let read = Pictures::read(&paths, network, Content::DigitsAndCopies)?;
    if read.places.is_empty() {
        return Ok(read.code);
    }
    let predictions = match network.predict(read.rows(), None)? {
        Ok(predictions) => predictions,
        Err(code) => return Ok(code),
    };
    network.check_classes(&predictions, &classes)?;
    let results = results(&pictures, folder, &read, &predictions)?;
    let threshold = network.threshold();
    if let Some(evaluation) = PictureEvaluation::of(results, classes, threshold) {
        let weights = &network.trained.weights;
        host::outln!("weights      {}", here.show(weights).display());
        host::outln!("pictures     {}: {}", shown.display(), counted(pictures.len(), "picture"));
        host::outln!("{}", evaluation.text());
        let inputs = EvaluationInputs {
            weights: weights.display().to_string(),
            data: folder.display().to_string(),
            rows: "pictures".to_owned(),
            size: read.size,
            pixel_max: u8::MAX,
            in_training_data: None,
        };
        let charts = evaluation.write(out, &inputs)?.join(", ");
        let out = here.show(out);
        host::outln!("charts       {}/{charts}", out.display());
        host::outln!("records      {}/evaluation.json, pictures.csv", out.display());
    }
    Ok(read.code)
}

/// Finds the pictures in a folder of classes, or of folders above such folders, by name.
fn find(
    folder: &Path,
    kinds: &mut Vec<String>,
    classes: &Classes,
    here: &Here,
    found: &mut Vec<Picture>,
) -> anyhow::Result<()> {
    let shown = |path: &Path| here.show(path).display().to_string();
    for path in entries(folder)? {
        if !path.is_dir() {
            if is_picture(&path) {
                let mistake = "this picture is in no folder of a class";
                let expected = expected(classes);
                return Err(UsageError(format!("{}: {mistake}; {expected}", shown(&path))).into());
            }
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match classes.names().position(|class| class == name) {
            Some(class) => {
                let kind = kinds.join("/");
                let pictures = pictures_in(&path, here)?;
                let of_class = |path| Picture { path, kind: kind.clone(), class };
                found.extend(pictures.into_iter().map(of_class));
            }
            None if kinds.len() == DEEPEST => {
                let mistake = format!("more than {DEEPEST} folders, one in the other");
                return Err(UsageError(format!("{}: {mistake}", shown(&path))).into());
            }
            None => {
                kinds.push(name);
                find(&path, kinds, classes, here, found)?;
                kinds.pop();
            }
        }
    }
    Ok(())
}

/// The files and folders in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, FileError> {
    let entries = fs::read_dir(folder).map_err(FileError::at(folder))?;
    let entries = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>();
    let mut entries = entries.map_err(FileError::at(folder))?;
    entries.sort();
    Ok(entries)
}

/// The pictures in the folder of a class, by name. Other files are passed over with a note.
fn pictures_in(folder: &Path, here: &Here) -> anyhow::Result<Vec<PathBuf>> {
    let (pictures, others): (Vec<PathBuf>, Vec<PathBuf>) =
        entries(folder)?.into_iter().partition(|path| is_picture(path));
    if let Some(inner) = others.iter().find(|path| path.is_dir()) {
        let (inner, expected) = (here.show(inner), "expected pictures alone in that of a class");
        return Err(UsageError(format!("{}: a folder; {expected}", inner.display())).into());
    }
    if let Some(first) = others.first() {
        let first = here.show(first);
        let others = counted(others.len(), "file");
        host::errln!("note: {others} without the ending of a picture: {} …", first.display());
    }
    Ok(pictures)
}

fn expected(classes: &Classes) -> String {
    let first: Vec<&str> = classes.names().take(3).collect();
    format!("expected a folder for each class, named as the class: {}, …", first.join(", "))
}

/// The results of all pictures, those that could not be read among them.
fn results(
    pictures: &[Picture],
    folder: &Path,
    read: &Pictures,
    predictions: &[Prediction],
) -> anyhow::Result<Vec<PictureResult>> {
    let images = read.images()?;
    let result = |picture: &Picture| PictureResult {
        name: picture.path.strip_prefix(folder).unwrap_or(&picture.path).display().to_string(),
        kind: picture.kind.clone(),
        class: picture.class,
        seen: None,
    };
    let mut results: Vec<PictureResult> = pictures.iter().map(result).collect();
    let seen = read.places.iter().zip(read.originals()).zip(images.images().zip(predictions));
    for ((place, original), (pixels, prediction)) in seen {
        let Some(result) = results.get_mut(*place) else { continue };
        result.seen = Some(seen_of(*place, result.class, original, pixels, prediction));
    }
    Ok(results)
}

fn seen_of(
    row: usize,
    class: usize,
    original: Original,
    pixels: &[u8],
    prediction: &Prediction,
) -> Seen {
    let Prediction { class: predicted, probabilities } = prediction;
    let prediction = LabelledPrediction {
        row,
        label: class as u16,
        predicted: *predicted as u16,
        probability: probabilities.get(*predicted).copied().unwrap_or_default(),
    };
    Seen { original, pixels: pixels.to_vec(), prediction }
}
