//! `evaluation.json`.

use std::io;

use data::ImageSize;
use serde::Serialize;

use super::{
    Evaluation, Proportion,
    calibration::Bin,
    confusion::{Means, Score},
};

/// Its name.
pub const NAME: &str = "evaluation.json";

/// What was evaluated, on what.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The file with the weights.
    pub weights: String,
    /// The file with the images.
    pub data: String,
    /// Which of its rows, in words.
    pub rows: String,
    /// Width and height of the images.
    pub size: ImageSize,
    /// The value of a pixel that is all ink.
    pub pixel_max: u8,
}

/// The content of the file. Fractions are from 0 to 1.
#[derive(Serialize)]
struct Record<'a> {
    weights: &'a str,
    data: &'a str,
    rows: &'a str,
    /// How many these are.
    images: usize,
    /// How many are right.
    right: usize,
    /// Which part that is.
    accuracy: f64,
    /// Its 95 % confidence interval by Wilson, from low to high.
    accuracy_interval: (f64, f64),
    /// The scores of each class, in the order of the labels.
    classes: Vec<ClassRecord>,
    /// Their means.
    means: Means,
    /// A row for each class that is shown, with how often it was taken for each.
    confusion: Vec<Vec<usize>>,
    /// The expected calibration error.
    calibration_error: f64,
    /// The bins from which that follows.
    calibration: Vec<BinRecord>,
}

/// A class.
#[derive(Serialize)]
struct ClassRecord {
    /// Its label.
    label: u16,
    /// How well it is found.
    #[serde(flatten)]
    score: Score,
}

/// Predictions of about the same probability.
#[derive(Serialize)]
struct BinRecord {
    /// Their probabilities are above this.
    above: f64,
    /// And at most this.
    up_to: f64,
    /// How many there are.
    images: usize,
    /// Their mean probability.
    confidence: f64,
    /// Which part of them is right.
    accuracy: f64,
}

/// The text of `evaluation.json`.
///
/// # Errors
/// None that a caller can cause.
pub fn of(evaluation: &Evaluation, measured: &Measured) -> io::Result<Vec<u8>> {
    let Evaluation { accuracy, confusion, calibration } = evaluation;
    let classes = confusion.classes();
    let class = |(class, label)| ClassRecord { label, score: confusion.score(class) };
    let record = Record {
        weights: &measured.weights,
        data: &measured.data,
        rows: &measured.rows,
        images: accuracy.all,
        right: accuracy.count,
        accuracy: accuracy.value(),
        accuracy_interval: accuracy.interval(),
        classes: classes.labels().enumerate().map(class).collect(),
        means: confusion.means(),
        confusion: (0..classes.count()).map(|class| confusion.row(class).to_vec()).collect(),
        calibration_error: calibration.error(),
        calibration: calibration.bins.iter().map(BinRecord::from).collect(),
    };
    let mut text = serde_json::to_vec_pretty(&record)?;
    text.push(b'\n');
    Ok(text)
}

impl From<&Bin> for BinRecord {
    fn from(bin: &Bin) -> Self {
        let Bin { low, high, confidence, right } = *bin;
        let Proportion { all, .. } = right;
        Self { above: low, up_to: high, images: all, confidence, accuracy: right.value() }
    }
}
