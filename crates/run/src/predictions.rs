//! Predictions of a network. `predictions.csv` and `mistakes.csv` hold those of the final network
//! for the test images.

use std::{collections::HashMap, io};

use data::{
    Classes, Images,
    shown::{printable, shortened},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::check::QUOTED;

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
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelledPrediction {
    /// The row of the test set, from 0.
    pub row: usize,
    /// The class of the image, counted from 0.
    pub label: u16,
    /// The most probable class, counted from 0.
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

/// Pairs the predictions for these images with their labels. Predictions and images have the same
/// classes.
pub fn judge(predictions: &[Prediction], images: &Images) -> Vec<LabelledPrediction> {
    let judged = |(row, (prediction, label)): (usize, (&Prediction, &u16))| {
        let Prediction { class, probabilities } = prediction;
        let probability = probabilities.get(*class).copied().unwrap_or_default();
        LabelledPrediction { row, label: *label, predicted: *class as u16, probability }
    };
    predictions.iter().zip(images.targets()).enumerate().map(judged).collect()
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

/// The first columns of both files. Classes stand there by their names.
const COLUMNS: [&str; 4] = ["row", "label", "predicted", "probability"];

pub(crate) fn to_csv(predictions: &[LabelledPrediction], classes: &Classes) -> io::Result<Vec<u8>> {
    let head = COLUMNS.map(str::to_owned).to_vec();
    written(head, predictions.iter().map(|prediction| named(prediction, classes)))
}

pub(crate) fn from_csv(text: &[u8], classes: &Classes) -> io::Result<Vec<LabelledPrediction>> {
    let names = Names::of(classes);
    read(text, |row: NamedRow, line| names.prediction(row, line))
}

pub(crate) fn mistakes_to_csv(mistakes: &[Mistake], classes: &Classes) -> io::Result<Vec<u8>> {
    let pixels = 0..mistakes.first().map_or(0, |mistake| mistake.pixels.len());
    let pixels = pixels.map(|pixel| format!("pixel{pixel}"));
    let head = COLUMNS.map(str::to_owned).into_iter().chain(pixels).collect();
    let rows = mistakes.iter();
    written(head, rows.map(|mistake| (named(&mistake.prediction, classes), &mistake.pixels)))
}

pub(crate) fn mistakes_from_csv(text: &[u8], classes: &Classes) -> io::Result<Vec<Mistake>> {
    let names = Names::of(classes);
    read(text, |(row, pixels): (NamedRow, Vec<u8>), line| {
        Ok(Mistake { prediction: names.prediction(row, line)?, pixels })
    })
}

/// The fields of a prediction: row, label, predicted label, probability.
type NamedRow<Name = String> = (usize, Name, Name, f32);

fn named<'a>(prediction: &LabelledPrediction, classes: &'a Classes) -> NamedRow<&'a str> {
    let LabelledPrediction { row, label, predicted, probability } = *prediction;
    let name = |class: u16| classes.name(class.into());
    (row, name(label), name(predicted), probability)
}

/// The classes by their names.
struct Names<'a> {
    classes: &'a Classes,
    by_name: HashMap<&'a str, u16>,
}

impl<'a> Names<'a> {
    fn of(classes: &'a Classes) -> Self {
        Self { classes, by_name: classes.names().zip(0..).collect() }
    }

    fn prediction(
        &self,
        (row, label, predicted, probability): NamedRow,
        line: u64,
    ) -> io::Result<LabelledPrediction> {
        let class =
            |name: &str| self.by_name.get(name).copied().ok_or_else(|| self.unknown(name, line));
        let (label, predicted) = (class(&label)?, class(&predicted)?);
        Ok(LabelledPrediction { row, label, predicted, probability })
    }

    fn unknown(&self, name: &str, line: u64) -> io::Error {
        let (name, classes) = (printable(&shortened(name, QUOTED)), self.classes);
        io::Error::other(format!("line {line}: class {name:?}; expected one of {classes}"))
    }
}

fn written(head: Vec<String>, rows: impl Iterator<Item = impl Serialize>) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.write_record(head)?;
    for row in rows {
        writer.serialize(row)?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

fn read<Row: DeserializeOwned, T>(
    text: &[u8],
    parse: impl Fn(Row, u64) -> io::Result<T>,
) -> io::Result<Vec<T>> {
    let mut reader = csv::Reader::from_reader(text);
    let record = |record: csv::Result<csv::StringRecord>| {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        parse(record.deserialize(None)?, line)
    };
    reader.records().map(record).collect()
}
