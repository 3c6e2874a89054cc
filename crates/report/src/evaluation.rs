//! How good a network is, from its predictions: one computation for the end of a training, `cargo
//! xtask evaluate` and the report of an analysis.
//!
//! [`proportion`] has accuracies and their confidence intervals, [`confusion`] what is taken for
//! what, and the scores of each class, [`calibration`] whether the network is as sure as it is
//! right. [`tables`] and [`pictures`] show all this, and [`record`] is `evaluation.json`.

pub mod calibration;
pub mod confusion;
pub mod pictures;
pub mod proportion;
pub mod record;
pub mod tables;

pub use calibration::Calibration;
pub use confusion::Confusion;
pub use proportion::Proportion;
pub use record::Measured;

use std::{fs, io, path::Path};

use data::Classes;
use host::{FileError, text::thousands, write_whole};
use run::{LabelledPrediction, Mistake};

use crate::{ReportError, document::plain};

/// The files of an evaluation.
pub const FILES: [&str; 4] = [record::NAME, "calibration.png", "confusion.png", "mistakes.png"];

/// How good a network is.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// How many images it takes for what they show.
    pub accuracy: Proportion,
    /// What it takes for what.
    pub confusion: Confusion,
    /// Whether it is as sure as it is right.
    pub calibration: Calibration,
}

impl Evaluation {
    /// Of these predictions, whose labels are those of these classes; none of no prediction.
    pub fn of(predictions: &[LabelledPrediction], classes: Classes) -> Option<Self> {
        let right = predictions
            .iter()
            .filter(|prediction| prediction.label == prediction.predicted)
            .count();
        (!predictions.is_empty()).then(|| Self {
            accuracy: Proportion { count: right, all: predictions.len() },
            confusion: Confusion::of(predictions, classes),
            calibration: Calibration::of(predictions),
        })
    }

    /// The accuracy and its confidence interval: `93.24 % (95 % confidence interval 92.73 to 93.72
    /// %)`.
    pub fn accuracy_in_words(&self) -> String {
        let accuracy = self.accuracy.value() * 100.0;
        format!("{accuracy:.2} % (95 % confidence interval {})", self.interval_in_words())
    }

    /// The confidence interval of the accuracy: `92.73 to 93.72 %`.
    pub fn interval_in_words(&self) -> String {
        let (low, high) = self.accuracy.interval();
        format!("{:.2} to {:.2} %", low * 100.0, high * 100.0)
    }

    /// How well it is calibrated: `expected calibration error 0.84 points; 93.10 % sure on average,
    /// 93.24 % right`.
    pub fn calibration_in_words(&self) -> String {
        let sure: f64 = self
            .calibration
            .bins
            .iter()
            .map(|bin| bin.confidence * bin.right.all as f64)
            .sum::<f64>()
            / self.accuracy.all as f64;
        format!(
            "expected calibration error {:.2} points; {:.2} % sure on average, {:.2} % right",
            self.calibration.error() * 100.0,
            sure * 100.0,
            self.accuracy.value() * 100.0
        )
    }

    /// Everything as text: accuracy, calibration, the scores of each class, and what is taken for
    /// what.
    pub fn text(&self) -> String {
        let means = self.confusion.means();
        format!(
            "accuracy     {}: {} of {} right\nmeans        precision {:.4}, recall {:.4}, F1 \
             {:.4}; each class counts the same\n\
             calibration  {}\n\n{}\n{}",
            self.accuracy_in_words(),
            thousands(self.accuracy.count as f64),
            thousands(self.accuracy.all as f64),
            means.precision,
            means.recall,
            means.f1,
            self.calibration_in_words(),
            plain::of_table(&tables::scores(&self.confusion)),
            plain::of_table(&tables::mixed_up(&self.confusion)),
        )
    }

    /// Writes `evaluation.json` and the pictures into a folder, and gives the names of the
    /// pictures.
    ///
    /// # Errors
    /// A picture cannot be drawn, or a file not be written.
    pub fn write(
        &self,
        folder: &Path,
        measured: &Measured,
        mistakes: &[Mistake],
    ) -> Result<Vec<&str>, ReportError> {
        let write = |name: &str, content: io::Result<Vec<u8>>| {
            let path = folder.join(name);
            write_whole(&path, &content.map_err(FileError::at(&path))?)
        };
        fs::create_dir_all(folder).map_err(FileError::at(folder))?;
        write(record::NAME, record::of(self, measured))?;
        let pictures = pictures::of(self, mistakes, measured.size, measured.pixel_max)
            .map_err(|reason| ReportError::Picture { picture: "evaluation", reason })?;
        for (name, png) in &pictures {
            write(name, Ok(png.clone()))?;
        }
        Ok(pictures.into_iter().map(|(name, _)| name).collect())
    }
}
