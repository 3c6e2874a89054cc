//! `evaluation.json`.

use std::io;

use data::ImageSize;
use host::FileKind;
use serde::Serialize;

use super::{
    Evaluation,
    calibration::Bin,
    confusion::{Means, Score},
};

/// The name of the file.
pub const NAME: &str = "evaluation.json";
/// The file, by its first field and one that no other program writes.
pub(super) const FILE: FileKind = FileKind {
    name: "record of `cargo xtask evaluate`",
    is: |head| {
        head.starts_with(b"{\n  \"weights\": ")
            && String::from_utf8_lossy(head).contains("\"accuracy_interval\": ")
    },
};

/// The inputs of an evaluation: a network and images.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvaluationInputs {
    /// The file with the weights.
    pub weights: String,
    /// The file with the images.
    pub data: String,
    /// The evaluated rows, in words.
    pub rows: String,
    /// The number of images that are also in the training data of the network, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_training_data: Option<usize>,
    /// Width and height of the images.
    #[serde(skip)]
    pub size: ImageSize,
    /// The pixel value of ink.
    #[serde(skip)]
    pub pixel_max: u8,
}

/// The content of the file. Fractions are from 0 to 1.
#[derive(Serialize)]
struct Record<'a> {
    #[serde(flatten)]
    inputs: &'a EvaluationInputs,
    images: usize,
    right: usize,
    accuracy: f64,
    /// The 95 % confidence interval of the accuracy, low and high.
    accuracy_interval: (f64, f64),
    /// In the order of the labels.
    classes: Vec<ClassRecord<'a>>,
    means: Means,
    /// A row for each true class, a column for each predicted class.
    confusion: Vec<&'a [usize]>,
    calibration_error: f64,
    calibration: Vec<BinRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unsure: Option<UnsureRecord>,
}

/// The predictions below the lowest probability of an answer.
#[derive(Serialize)]
struct UnsureRecord {
    threshold: f64,
    images: usize,
    /// Accuracy of the others.
    accuracy: Option<f64>,
}

#[derive(Serialize)]
struct ClassRecord<'a> {
    /// The name of the class.
    label: &'a str,
    #[serde(flatten)]
    score: Score,
}

/// A bin of the calibration: probabilities above one edge, up to the other.
#[derive(Serialize)]
struct BinRecord {
    above: f64,
    up_to: f64,
    images: usize,
    confidence: f64,
    accuracy: f64,
}

/// The text of `evaluation.json`.
pub(super) fn of(evaluation: &Evaluation, inputs: &EvaluationInputs) -> io::Result<Vec<u8>> {
    let Evaluation { accuracy, confusion, calibration, unsure } = evaluation;
    let classes = confusion.classes();
    let class = |(class, label)| ClassRecord { label, score: confusion.score(class) };
    let bin = |bin: &Bin| BinRecord {
        above: bin.low,
        up_to: bin.high,
        images: bin.right.all,
        confidence: bin.confidence,
        accuracy: bin.right.value(),
    };
    let record = Record {
        inputs,
        images: accuracy.all,
        right: accuracy.count,
        accuracy: accuracy.value(),
        accuracy_interval: accuracy.interval(),
        classes: classes.names().enumerate().map(class).collect(),
        means: confusion.means(),
        confusion: (0..classes.count()).map(|class| confusion.row(class)).collect(),
        calibration_error: calibration.error(),
        calibration: calibration.bins.iter().map(bin).collect(),
        unsure: unsure.map(|unsure| UnsureRecord {
            threshold: unsure.threshold,
            images: unsure.unsure.count,
            accuracy: unsure.answers.map(|answers| answers.value()),
        }),
    };
    let mut text = serde_json::to_vec_pretty(&record)?;
    text.push(b'\n');
    Ok(text)
}
