//! Predictions of a network. `predictions.csv` and `mistakes.csv` hold those of the final network
//! for the test images.

use std::io;

use data::Images;
use serde::{Deserialize, Serialize};

/// The largest number of kept mistakes.
const MISTAKES: usize = 24;

/// The prediction for an image.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// The most probable class, counted from 0.
    pub class: usize,
    /// The probability of each class; they add up to 1.
    pub probabilities: Vec<f32>,
}

/// The prediction for an image, beside its label.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LabelledPrediction {
    /// The row of the test set, from 0.
    pub row: usize,
    /// The label of the image, as the file has it.
    pub label: u16,
    /// The label of the most probable class.
    pub predicted: u16,
    /// The probability of that class, from 0 to 1: the confidence.
    pub probability: f32,
}

/// A misclassified image.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// The label, the prediction and its probability.
    pub prediction: LabelledPrediction,
    /// Grey values row by row, from 0 (background) to the largest of the data (ink).
    pub pixels: Vec<u8>,
}

/// A row of `mistakes.csv`.
type MistakeRow = (usize, u16, u16, f32, Vec<u8>);

/// Pairs the predictions for these images with their labels. Predictions and images have the same
/// classes.
pub fn judge(predictions: &[Prediction], images: &Images) -> Vec<LabelledPrediction> {
    let classes = images.classes();
    let judged = |(row, (prediction, label)): (usize, (&Prediction, &u16))| {
        let Prediction { class, probabilities } = prediction;
        let probability = probabilities.get(*class).copied().unwrap_or_default();
        LabelledPrediction { row, label: *label, predicted: classes.label(*class), probability }
    };
    predictions.iter().zip(images.labels()).enumerate().map(judged).collect()
}

/// The most confident mistakes, the most probable first.
pub fn worst_mistakes(predictions: &[LabelledPrediction], images: &Images) -> Vec<Mistake> {
    let mut wrong: Vec<LabelledPrediction> =
        predictions.iter().copied().filter(|one| one.label != one.predicted).collect();
    wrong.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    wrong.truncate(MISTAKES);
    wrong
        .into_iter()
        .map(|prediction| Mistake { prediction, pixels: images.image(prediction.row).to_vec() })
        .collect()
}

pub(crate) fn to_csv(predictions: &[LabelledPrediction]) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for prediction in predictions {
        writer.serialize(prediction)?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

pub(crate) fn from_csv(text: &[u8]) -> io::Result<Vec<LabelledPrediction>> {
    csv::Reader::from_reader(text).deserialize().map(|row| Ok(row?)).collect()
}

pub(crate) fn mistakes_to_csv(mistakes: &[Mistake]) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let pixels = (0..mistakes.first().map_or(0, |mistake| mistake.pixels.len()))
        .map(|pixel| format!("pixel{pixel}"));
    writer.write_record(COLUMNS.map(str::to_owned).into_iter().chain(pixels))?;
    for Mistake { prediction: LabelledPrediction { row, label, predicted, probability }, pixels } in
        mistakes
    {
        writer.serialize((row, label, predicted, probability, pixels))?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

pub(crate) fn mistakes_from_csv(text: &[u8]) -> io::Result<Vec<Mistake>> {
    let mistake = |row: csv::Result<MistakeRow>| {
        let (row, label, predicted, probability, pixels) = row?;
        Ok(Mistake {
            prediction: LabelledPrediction { row, label, predicted, probability },
            pixels,
        })
    };
    csv::Reader::from_reader(text).deserialize().map(mistake).collect()
}

const COLUMNS: [&str; 4] = ["row", "label", "predicted", "probability"];
