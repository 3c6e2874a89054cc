//! The evaluation of a network on pictures: accuracy by kind and by class, and a sheet of the
//! mistakes.

use std::path::Path;

use data::{Classes, ImageSize};
use host::{
    FileError,
    text::{counted, thousands},
    write_whole,
};
use run::LabelledPrediction;

use super::{Evaluation, EvaluationInputs, PICTURES, Proportion, Unsure, pictures::on_paper};
use crate::{
    document::{Cell, Table, plain},
    error::ReportError,
    names,
    sheet::{Sheet, Tile},
    words::{percent, percent_to, percents},
};

/// The most mistakes on a sheet.
const MOST: usize = 120;
/// The most characters of a file's name in a caption.
const NAME: usize = 20;
/// The file of the sheet.
const SHEET: &str = "mistakes.png";

/// A picture of one image with a known class.
#[derive(Debug, Clone, PartialEq)]
pub struct PictureResult {
    /// The file, as the user knows it.
    pub name: String,
    /// The folders between that of all pictures and that of the class; empty without such folders.
    pub kind: String,
    /// The class, counted from 0.
    pub class: usize,
    /// What was seen; none if the picture could not be read.
    pub seen: Option<Seen>,
}

/// What the network saw, and its prediction.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The picture itself, [`Original::SIDE`] pixels wide and high.
    pub original: Original,
    /// Grey values row by row, from 0 (background) to 255 (ink).
    pub pixels: Vec<u8>,
    /// The prediction.
    pub prediction: LabelledPrediction,
}

/// A small copy of a picture: grey values row by row, from 0 (black) to 255 (white).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original(pub Vec<u8>);

impl Original {
    /// The width and the height.
    pub const SIDE: usize = 112;
}

/// The evaluation of a network on pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct PictureEvaluation {
    results: Vec<PictureResult>,
    classes: Classes,
    /// Its accuracy counts pictures that could not be read as wrong; all else is of the others.
    evaluation: Evaluation,
    threshold: Option<f64>,
}

impl PictureEvaluation {
    /// Evaluates the results of pictures with these classes. Predictions below the threshold, if
    /// there is one, are no answers. None if no picture could be read.
    pub fn of(
        results: Vec<PictureResult>,
        classes: Classes,
        threshold: Option<f64>,
    ) -> Option<Self> {
        let seen = results.iter().filter_map(|result| result.seen.as_ref());
        let predictions: Vec<LabelledPrediction> = seen.map(|seen| seen.prediction).collect();
        let evaluation = Evaluation::of(&predictions, &classes)?;
        let unsure = threshold.map(|threshold| Unsure::of(&predictions, threshold));
        let accuracy = Proportion { all: results.len(), ..evaluation.accuracy };
        let evaluation = Evaluation { accuracy, unsure, ..evaluation };
        Some(Self { results, classes, evaluation, threshold })
    }

    /// The evaluation as text.
    pub fn text(&self) -> String {
        let unread = self.results.iter().filter(|result| result.seen.is_none()).count();
        let mut text = String::new();
        if unread > 0 {
            let unread = counted(unread, "picture");
            text += &format!("not read     {unread}, counted as wrong\n");
        }
        text += &self.evaluation.text();
        let kinds = self.groups(|result| result.kind.clone());
        if kinds.len() > 1 {
            text += &format!("\n{}", plain::of_table(&self.table("kind", kinds)));
        }
        let classes = self.groups(|result| names::long(&self.classes, result.class));
        text += &format!("\n{}", plain::of_table(&self.table("class", classes)));
        text
    }

    /// The pictures in groups, in the order in which the groups first occur.
    fn groups(&self, of: impl Fn(&PictureResult) -> String) -> Vec<(String, Vec<&PictureResult>)> {
        let mut groups: Vec<(String, Vec<&PictureResult>)> = Vec::new();
        for result in &self.results {
            let name = of(result);
            match groups.iter_mut().find(|(known, _)| *known == name) {
                Some((_, group)) => group.push(result),
                None => groups.push((name, vec![result])),
            }
        }
        groups
    }

    fn table(&self, by: &str, groups: Vec<(String, Vec<&PictureResult>)>) -> Table {
        let head = [by, "accuracy", "95 % interval", "pictures", "not read", "unsure"];
        let row = |(name, group): (String, Vec<&PictureResult>)| {
            let count = group.iter().filter(|result| result.is_right()).count();
            let right = Proportion { count, all: group.len() };
            let unread = group.iter().filter(|result| result.seen.is_none()).count();
            let unsure = group.iter().filter(|result| self.is_unsure(result)).count();
            let counts = [group.len(), unread, unsure].map(|count| thousands(count as f64));
            let accuracy = [percent(right.value()), percents(right.interval())];
            Cell::row(name, accuracy.into_iter().chain(counts))
        };
        Table {
            caption: Some(format!("Accuracy of each {by}")),
            head: vec![head.map(Cell::header).into()],
            body: groups.into_iter().map(row).collect(),
            ..Table::default()
        }
    }

    fn is_unsure(&self, result: &PictureResult) -> bool {
        let threshold = self.threshold.unwrap_or_default();
        let probability = result.seen.as_ref().map(|seen| seen.prediction.probability);
        probability.is_some_and(|probability| f64::from(probability) < threshold)
    }

    /// Writes `evaluation.json`, `pictures.csv` and the charts into a folder, and returns the names
    /// of the charts.
    ///
    /// # Errors
    /// A chart cannot be drawn, or a file not be written.
    pub fn write(
        &self,
        folder: &Path,
        inputs: &EvaluationInputs,
    ) -> Result<Vec<&str>, ReportError> {
        let mut names = self.evaluation.write(folder, inputs, &[])?;
        let table = folder.join(PICTURES);
        write_whole(&table, &self.csv().map_err(FileError::at(&table))?)?;
        let sheet = self.sheet(inputs.size);
        if !sheet.tiles.is_empty() {
            write_whole(&folder.join(SHEET), &crate::picture::Picture::png(&sheet)?)?;
            names.push(SHEET);
        }
        Ok(names)
    }

    /// A row for each picture.
    fn csv(&self) -> std::io::Result<Vec<u8>> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["picture", "kind", "label", "predicted", "probability", "unsure"])?;
        for result in &self.results {
            let prediction = result.seen.as_ref().map(|seen| seen.prediction);
            let predicted =
                prediction.map(|prediction| self.classes.name(prediction.predicted.into()));
            let probability = prediction.map(|prediction| prediction.probability.to_string());
            writer.write_record([
                &result.name,
                &result.kind,
                self.classes.name(result.class),
                predicted.unwrap_or_default(),
                &probability.unwrap_or_default(),
                &self.is_unsure(result).to_string(),
            ])?;
        }
        writer.into_inner().map_err(|error| error.into_error())
    }

    /// The mistakes: on the left the picture, on the right what the network saw of it.
    fn sheet(&self, size: ImageSize) -> Sheet {
        let wrong = self.results.iter().filter(|result| !result.is_right());
        let mistakes = wrong.filter_map(|result| Some((result, result.seen.as_ref()?)));
        let count = mistakes.clone().count();
        let tile = |(result, seen): (&PictureResult, &Seen)| Tile {
            pixels: side_by_side(seen, size),
            caption: self.caption(result, seen),
        };
        let shown = if count > MOST { format!(": {MOST} of {count}") } else { String::new() };
        Sheet {
            title: format!("Misread pictures, and what the network saw{shown}"),
            size: ImageSize::new(2 * Original::SIDE, Original::SIDE).unwrap_or(ImageSize::MNIST),
            tiles: mistakes.take(MOST).map(tile).collect(),
        }
    }

    fn caption(&self, result: &PictureResult, seen: &Seen) -> Vec<String> {
        let name = result.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let [label, predicted] = [result.class, seen.prediction.predicted.into()]
            .map(|class| names::short(&self.classes, class));
        let confidence = percent_to(1, seen.prediction.probability.into());
        let unsure = if self.is_unsure(result) { ", unsure" } else { "" };
        vec![
            data::shown::shortened(&data::shown::printable(name), NAME),
            format!("{label}, taken for {predicted}"),
            format!("confidence {confidence}{unsure}"),
        ]
    }
}

impl PictureResult {
    fn is_right(&self) -> bool {
        let prediction = self.seen.as_ref().map(|seen| seen.prediction);
        prediction.is_some_and(|prediction| prediction.label == prediction.predicted)
    }
}

/// The picture, and beside it the image, as large as fits, its ink black.
fn side_by_side(seen: &Seen, size: ImageSize) -> Vec<u8> {
    const SIDE: usize = Original::SIDE;
    let longer = size.width().max(size.height());
    let image = on_paper(&seen.pixels, u8::MAX);
    let pixel = |x: usize, y: usize| {
        let (column, row) = (x * longer / SIDE, y * longer / SIDE);
        let is_inside = column < size.width() && row < size.height();
        if is_inside { image[row * size.width() + column] } else { u8::MAX }
    };
    let original = seen.original.0.chunks_exact(SIDE);
    original
        .enumerate()
        .flat_map(|(y, row)| row.iter().copied().chain((0..SIDE).map(move |x| pixel(x, y))))
        .collect()
}
