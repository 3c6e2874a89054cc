//! What a network makes of images; `predictions.csv` and `mistakes.csv`: what the final network
//! made of the test images.

use std::io;

use data::Images;
use serde::{Deserialize, Serialize};

/// How many mistakes are kept.
const MISTAKES: usize = 24;

/// What a network makes of an image of which nobody says what it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The most probable class, counted from 0.
    pub class: usize,
    /// The probability of each class; they add up to 1.
    pub probabilities: Vec<f32>,
}

/// What the network made of an image.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The row of the test set, from 0.
    pub row: usize,
    /// What the image shows, as the file labels it.
    pub label: u16,
    /// What the network takes it for.
    pub predicted: u16,
    /// How sure it is, from 0 to 1.
    pub probability: f32,
}

/// An image that was taken for something else.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// As what, and how surely.
    pub prediction: Prediction,
    /// Grey values row by row, from 0 (background) to the largest of the data (ink).
    pub pixels: Vec<u8>,
}

/// A row of `mistakes.csv`.
type MistakeRow = (usize, u16, u16, f32, Vec<u8>);

/// Puts the answers for these images beside what they show. The classes of the answers are those of
/// the images.
pub fn judge(answers: &[Answer], images: &Images) -> Vec<Prediction> {
    let classes = images.classes();
    let judged = |(row, (answer, label)): (usize, (&Answer, &u16))| {
        let probability = answer.probabilities.get(answer.class).copied().unwrap_or_default();
        Prediction { row, label: *label, predicted: classes.label(answer.class), probability }
    };
    answers.iter().zip(images.labels()).enumerate().map(judged).collect()
}

/// The images that were misclassified with the highest probability, the worst first.
pub fn worst_mistakes(predictions: &[Prediction], images: &Images) -> Vec<Mistake> {
    let mut wrong: Vec<Prediction> =
        predictions.iter().copied().filter(|one| one.label != one.predicted).collect();
    wrong.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    wrong.truncate(MISTAKES);
    wrong
        .into_iter()
        .map(|prediction| Mistake { prediction, pixels: images.image(prediction.row).to_vec() })
        .collect()
}

pub(crate) fn to_csv(predictions: &[Prediction]) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for prediction in predictions {
        writer.serialize(prediction)?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

pub(crate) fn from_csv(text: &[u8]) -> io::Result<Vec<Prediction>> {
    csv::Reader::from_reader(text).deserialize().map(|row| Ok(row?)).collect()
}

pub(crate) fn mistakes_to_csv(mistakes: &[Mistake]) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let pixels = (0..mistakes.first().map_or(0, |mistake| mistake.pixels.len()))
        .map(|pixel| format!("pixel{pixel}"));
    writer.write_record(COLUMNS.map(str::to_owned).into_iter().chain(pixels))?;
    for Mistake { prediction: Prediction { row, label, predicted, probability }, pixels } in
        mistakes
    {
        writer.serialize((row, label, predicted, probability, pixels))?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

pub(crate) fn mistakes_from_csv(text: &[u8]) -> io::Result<Vec<Mistake>> {
    let mistake = |row: csv::Result<MistakeRow>| {
        let (row, label, predicted, probability, pixels) = row?;
        Ok(Mistake { prediction: Prediction { row, label, predicted, probability }, pixels })
    };
    csv::Reader::from_reader(text).deserialize().map(mistake).collect()
}

const COLUMNS: [&str; 4] = ["row", "label", "predicted", "probability"];
