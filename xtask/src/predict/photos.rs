//! Predictions for photographs and scans.

use std::{path::PathBuf, process::Command};

use data::{Classes, ImageSize, ReadOptions};
use run::{Prediction, Rows};

use crate::{
    cargo,
    network::{self, Network},
    program,
    workspace::Here,
};

/// The least probability of another class that is also shown.
const WORTH_NAMING: f32 = 0.01;
/// The length of the bar of probability 1.
const BAR: f32 = 40.0;

/// Predicts the digit of each picture, prints it, and returns the exit code.
///
/// # Errors
/// A file is no picture or shows no digit, the trainer does not compile, or the disk fails.
pub fn predict(
    network: &Network,
    pictures: &[PathBuf],
    show: bool,
    here: &Here,
) -> anyhow::Result<u8> {
    let size = network
        .images()
        .map(|(size, _)| size)
        .or(network.options.image)
        .unwrap_or(ImageSize::MNIST);
    let folder = network::temporary()?;
    let data = folder.path().join("pictures.csv");
    let mut photo = Command::new(program::other("photo")?);
    photo.args(["--image", &size.to_string(), "--out"]).arg(&data).arg("--").args(pictures);
    let code = cargo::code(cargo::status(&mut photo)?);
    if code != 0 {
        return Ok(code);
    }
    let options = ReadOptions { image: Some(size), ..ReadOptions::default() };
    let rows = Rows::All { data: data.clone(), options };
    let predictions = match network.predict(rows, None)? {
        Ok(predictions) => predictions,
        Err(code) => return Ok(code),
    };
    let seen = options.read(&data)?;
    let labels = network.labels(&predictions)?;
    let names: Vec<String> =
        pictures.iter().map(|picture| here.show(picture).display().to_string()).collect();
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    for ((name, pixels), prediction) in names.iter().zip(seen.images()).zip(&predictions) {
        host::outln!("{name:<widest$}  {}", in_words(prediction, labels));
        if show {
            host::outln!("\n{}\n{}", drawn(pixels, size), bars(prediction, labels));
        }
    }
    Ok(0)
}

/// The prediction and its probability, then other probable classes: `7  92.1 %  (or 1  6.3 %)`.
fn in_words(prediction: &Prediction, labels: Classes) -> String {
    let word = |class: usize| {
        format!("{}  {:.1} %", labels.label(class), prediction.probabilities[class] * 100.0)
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
fn drawn(pixels: &[u8], size: ImageSize) -> String {
    const SHADES: [&str; 5] = ["  ", "░░", "▒▒", "▓▓", "██"];
    let shade = |pixel: &u8| SHADES[(usize::from(*pixel) * (SHADES.len() - 1) + 127) / 255];
    let line = |row: &[u8]| format!("  |{}|\n", row.iter().map(shade).collect::<String>());
    pixels.chunks_exact(size.width()).map(line).collect()
}

/// A line with the probability of each class.
fn bars(prediction: &Prediction, labels: Classes) -> String {
    let line = |(label, probability): (u16, &f32)| {
        let bar = "█".repeat((probability * BAR).round() as usize);
        format!("{}\n", format!("  {label:>4}  {:>5.1} %  {bar}", probability * 100.0).trim_end())
    };
    labels.labels().zip(&prediction.probabilities).map(line).collect()
}
