//! Predictions for photographs and scans.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use data::{Classes, ImageSize};
use host::FileError;
use report::names;
use run::{Prediction, RunFolder};

use crate::{
    network::{self, Network},
    pictures::{Content, ENDINGS, Pictures, is_picture},
    usage::UsageError,
    workspace::Here,
};

/// The least probability of another class that is also shown.
const WORTH_NAMING: f32 = 0.01;
/// The length of the bar of probability 1.
const BAR: f32 = 40.0;

/// Predicts the digit of each picture, prints it, and returns the exit code: 1 if a file is no
/// picture or shows no digit.
///
/// # Errors
/// The trainer does not compile, or the disk fails.
pub fn predict(
    network: &Network,
    pictures: &[PathBuf],
    show: bool,
    here: &Here,
) -> anyhow::Result<u8> {
    let read = Pictures::read(pictures, network, Content::Digits)?;
    if read.places.is_empty() {
        return Ok(read.code);
    }
    let predictions = match network.predict(read.rows(), None)? {
        Ok(predictions) => predictions,
        Err(code) => return Ok(code),
    };
    host::outln!("weights  {}", here.show(&network.trained.weights).display());
    network::suggest_better(network.trained.run.as_ref());
    let seen = read.images()?;
    let labels = network.labels(&predictions)?;
    let shown: Vec<String> = read
        .places
        .iter()
        .filter_map(|place| pictures.get(*place))
        .map(|picture| here.show(picture).display().to_string())
        .collect();
    let widest = shown.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    for ((name, pixels), prediction) in shown.iter().zip(seen.images()).zip(&predictions) {
        let unsure = if network.is_unsure(prediction) { "unsure: " } else { "" };
        host::outln!("{name:<widest$}  {unsure}{}", in_words(prediction, &labels));
        if show {
            host::outln!("\n{}\n{}", drawn(pixels, read.size), bars(prediction, &labels));
        }
    }
    Ok(read.code)
}

/// Whether a folder has a picture in it, and is not the folder of a run, which has curves in it.
pub fn has_pictures(folder: &Path) -> bool {
    !RunFolder::at(folder).holds_run() && pictures_in(folder).is_ok_and(|found| !found.is_empty())
}

/// These pictures, with those in a folder in its place.
///
/// # Errors
/// A folder cannot be read, or has no picture in it.
pub fn in_folders(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut pictures = Vec::new();
    for path in paths {
        if !path.is_dir() {
            pictures.push(path.clone());
            continue;
        }
        let found = pictures_in(path).map_err(FileError::at(path))?;
        if found.is_empty() {
            let expected = format!("expected files that end in {}", ENDINGS.join(", "));
            return Err(UsageError(format!("{}: no pictures; {expected}", path.display())).into());
        }
        pictures.extend(found);
    }
    Ok(pictures)
}

/// The pictures in a folder, by name.
fn pictures_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if is_picture(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The prediction and its probability, then other probable classes: `7  92.1 %  (or 1  6.3 %)`.
fn in_words(prediction: &Prediction, labels: &Classes) -> String {
    let word = |class: usize| {
        format!("{}  {:.1} %", names::long(labels, class), prediction.probabilities[class] * 100.0)
    };
    let mut others: Vec<usize> = (0..prediction.probabilities.len())
        .filter(|class| {
            *class != prediction.class && prediction.probabilities[*class] >= WORTH_NAMING
        })
        .collect();
    others.sort_by(|a, b| prediction.probabilities[*b].total_cmp(&prediction.probabilities[*a]));
    let others: Vec<String> = others.into_iter().map(word).collect();
    match &others[..] {
        [] => word(prediction.class),
        others => format!("{}  (or {})", word(prediction.class), others.join(", ")),
    }
}

/// An image in characters, two for each pixel, since a character is about twice as high as wide.
pub fn drawn(pixels: &[u8], size: ImageSize) -> String {
    const SHADES: [&str; 5] = ["  ", "░░", "▒▒", "▓▓", "██"];
    let shade = |pixel: &u8| SHADES[(usize::from(*pixel) * (SHADES.len() - 1) + 127) / 255];
    let line = |row: &[u8]| format!("  |{}|\n", row.iter().map(shade).collect::<String>());
    pixels.chunks_exact(size.width()).map(line).collect()
}

/// A line with the probability of each class.
pub fn bars(prediction: &Prediction, labels: &Classes) -> String {
    let names: Vec<String> = (0..labels.count()).map(|class| names::long(labels, class)).collect();
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or_default().max(4);
    let line = |(name, probability): (&String, &f32)| {
        let bar = "█".repeat((probability * BAR).round() as usize);
        let line = format!("  {name:>widest$}  {:>5.1} %  {bar}", probability * 100.0);
        format!("{}\n", line.trim_end())
    };
    names.iter().zip(&prediction.probabilities).map(line).collect()
}
