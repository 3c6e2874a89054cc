//! Predictions that are no answers: those below the threshold of a calibrated network.

use run::LabelledPrediction;

use super::proportion::Proportion;
use crate::words::{percent, percent_to};

/// The predictions of a network by whether it is sure enough to answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unsure {
    /// The lowest probability of an answer.
    pub threshold: f64,
    /// The predictions below it.
    pub unsure: Proportion,
    /// The right predictions among the answers; none without an answer.
    pub answers: Option<Proportion>,
}

impl Unsure {
    /// Sorts predictions, at least one, by this threshold.
    pub fn of(predictions: &[LabelledPrediction], threshold: f64) -> Self {
        let is_answer =
            |prediction: &&LabelledPrediction| f64::from(prediction.probability) >= threshold;
        let answers: Vec<&LabelledPrediction> = predictions.iter().filter(is_answer).collect();
        let (count, all) = (predictions.len() - answers.len(), predictions.len());
        let unsure = Proportion { count, all };
        let answers = (!answers.is_empty()).then(|| Proportion::of_right(&answers));
        Self { threshold, unsure, answers }
    }

    /// In words: `0.38 % of the images, with a confidence below 51.2 %; of the others, 99.35 %
    /// right`.
    pub fn in_words(&self) -> String {
        let Self { threshold, unsure, answers } = self;
        let (unsure, below) = (percent(unsure.value()), percent_to(1, *threshold));
        let others = match answers {
            Some(right) => format!("of the others, {} right", percent(right.value())),
            None => "no answer".to_owned(),
        };
        format!("{unsure} of the images, with a confidence below {below}; {others}")
    }
}
