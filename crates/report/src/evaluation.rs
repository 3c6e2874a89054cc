//! The evaluation of a network by its predictions: one computation for the end of a training,
//! `cargo xtask evaluate` and the report of an analysis.
//!
//! [`proportion`] has accuracies and their confidence intervals, [`confusion`] the confusion matrix
//! and the scores of each class, [`calibration`] the calibration error, [`unsure`] the predictions
//! that are no answers. [`class_tables`] and `pictures` show them, and `record` is
//! `evaluation.json`.

pub mod calibration;
pub mod class_tables;
pub mod confusion;
pub mod of_pictures;
pub(crate) mod pictures;
pub mod proportion;
mod record;
pub mod unsure;

pub use calibration::Calibration;
pub use confusion::Confusion;
pub use of_pictures::{PictureEvaluation, PictureResult};
pub use proportion::Proportion;
pub use record::{EvaluationInputs, NAME};
pub use unsure::Unsure;

use std::{fs, path::Path};

use data::Classes;
use host::{FileError, file::remove, output, text::thousands, write_whole};
use run::{LabelledPrediction, Mistake};

use crate::{
    document::plain,
    error::ReportError,
    words::{percent, percents, points},
};

/// The table of pictures, of an evaluation on these.
const PICTURES: &str = "pictures.csv";
/// The files of an evaluation.
const FILES: [&str; 5] =
    [record::NAME, PICTURES, "calibration.png", "confusion.png", "mistakes.png"];

/// Refuses a folder with other files than those of an earlier evaluation, and one that cannot be
/// written.
///
/// # Errors
/// The folder is refused, or cannot be read.
pub fn check_folder(folder: &Path) -> Result<(), FileError> {
    output::check_folder_of(folder, record::NAME, record::FILE, &FILES)
}

/// The evaluation of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The right predictions.
    pub accuracy: Proportion,
    /// The confusion matrix.
    pub confusion: Confusion,
    /// The calibration.
    pub calibration: Calibration,
    /// The predictions that are no answers, if the network has a threshold.
    pub unsure: Option<Unsure>,
}

impl Evaluation {
    /// Evaluates predictions of these classes; none without a prediction.
    pub fn of(predictions: &[LabelledPrediction], classes: &Classes) -> Option<Self> {
        (!predictions.is_empty()).then(|| Self {
            accuracy: Proportion::of_right(predictions),
            confusion: Confusion::of(predictions, classes),
            calibration: Calibration::of(predictions),
            unsure: None,
        })
    }

    /// The same evaluation of a network with this lowest probability of an answer, of the same
    /// predictions.
    #[must_use]
    pub fn with_threshold(self, threshold: f64, predictions: &[LabelledPrediction]) -> Self {
        Self { unsure: Some(Unsure::of(predictions, threshold)), ..self }
    }

    /// The accuracy and its confidence interval: `93.24 % (95 % confidence interval 92.73 to 93.72
    /// %)`.
    pub fn accuracy_in_words(&self) -> String {
        let accuracy = percent(self.accuracy.value());
        format!("{accuracy} (95 % confidence interval {})", self.interval_in_words())
    }

    /// The confidence interval of the accuracy: `92.73 to 93.72 %`.
    pub fn interval_in_words(&self) -> String {
        percents(self.accuracy.interval())
    }

    /// The calibration: `expected calibration error 0.84 points; mean confidence 93.10 %,
    /// accuracy 93.24 %`.
    pub fn calibration_in_words(&self) -> String {
        format!(
            "expected calibration error {}; mean confidence {}, accuracy {}",
            points(self.calibration.error()),
            percent(self.calibration.confidence()),
            percent(self.accuracy.value())
        )
    }

    /// The evaluation as text: accuracy, calibration, the scores of each class, and the confusion
    /// matrix.
    pub fn text(&self) -> String {
        let means = self.confusion.means();
        let unsure = self.unsure.map(|unsure| format!("unsure       {}\n", unsure.in_words()));
        format!(
            "accuracy     {}: {} of {} right\nmeans        precision {:.4}, recall {:.4}, F1 \
             {:.4}; all classes with the same weight\n\
             calibration  {}\n{}\n{}\n{}",
            self.accuracy_in_words(),
            thousands(self.accuracy.count as f64),
            thousands(self.accuracy.all as f64),
            means.precision,
            means.recall,
            means.f1,
            self.calibration_in_words(),
            unsure.unwrap_or_default(),
            plain::of_table(&class_tables::scores(&self.confusion)),
            plain::of_table(&class_tables::mistakes(&self.confusion)),
        )
    }

    /// Writes `evaluation.json` and the pictures into a folder, removes what an earlier evaluation
    /// left, and returns the names of the pictures.
    ///
    /// # Errors
    /// A picture cannot be drawn, or a file not be written.
    pub fn write(
        &self,
        folder: &Path,
        inputs: &EvaluationInputs,
        mistakes: &[Mistake],
    ) -> Result<Vec<&str>, ReportError> {
        fs::create_dir_all(folder).map_err(FileError::at(folder))?;
        let record = folder.join(record::NAME);
        write_whole(&record, &record::of(self, inputs).map_err(FileError::at(&record))?)?;
        let mut names = Vec::new();
        for (name, png) in pictures::of(self, mistakes, inputs.size, inputs.pixel_max)? {
            write_whole(&folder.join(name), &png)?;
            names.push(name);
        }
        for name in FILES.iter().filter(|name| **name != record::NAME && !names.contains(name)) {
            remove(&folder.join(name))?;
        }
        Ok(names)
    }
}
