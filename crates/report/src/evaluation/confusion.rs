//! The confusion matrix, and the scores of each class.

use std::cmp::Reverse;

use data::Classes;
use run::LabelledPrediction;
use serde::Serialize;

/// The confusion matrix: a row for each true class, a column for each predicted class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: Classes,
    /// Row by row; classes count from 0.
    counts: Vec<usize>,
}

/// The scores of a class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// The fraction of its predictions that are right; as in scikit-learn, 0 without a prediction.
    pub precision: f64,
    /// The fraction of its images that are predicted right.
    pub recall: f64,
    /// The harmonic mean of precision and recall.
    pub f1: f64,
    /// The number of its images.
    pub support: usize,
}

/// The means of the scores over classes, all with the same weight ("macro").
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Means {
    /// Mean precision.
    pub precision: f64,
    /// Mean recall.
    pub recall: f64,
    /// Mean F1 score.
    pub f1: f64,
}

/// All mistakes with the same true and predicted class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MistakeCount {
    /// The true class, counted from 0.
    pub label: usize,
    /// The predicted class, counted from 0.
    pub predicted: usize,
    /// The number of mistakes.
    pub count: usize,
}

impl Confusion {
    /// Counts predictions of these classes.
    pub fn of(predictions: &[LabelledPrediction], classes: &Classes) -> Self {
        let mut counts = vec![0; classes.count() * classes.count()];
        for LabelledPrediction { label, predicted, .. } in predictions {
            counts[usize::from(*label) * classes.count() + usize::from(*predicted)] += 1;
        }
        Self { classes: classes.clone(), counts }
    }

    /// The classes.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The predictions of each class for the images of one class, counted from 0.
    pub fn row(&self, class: usize) -> &[usize] {
        &self.counts[class * self.classes.count()..][..self.classes.count()]
    }

    /// The scores of a class, counted from 0.
    pub fn score(&self, class: usize) -> Score {
        let (right, predicted) = (self.row(class)[class] as f64, self.predictions_of(class));
        let support: usize = self.row(class).iter().sum();
        let ratio = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let (precision, recall) = (ratio(right, predicted as f64), ratio(right, support as f64));
        let f1 = ratio(2.0 * precision * recall, precision + recall);
        Score { precision, recall, f1, support }
    }

    /// The mean scores of the classes with an image or a prediction.
    pub fn means(&self) -> Means {
        let scores: Vec<Score> = (0..self.classes.count())
            .filter(|class| self.predictions_of(*class) > 0 || self.score(*class).support > 0)
            .map(|class| self.score(class))
            .collect();
        let mean = |part: fn(&Score) -> f64| {
            scores.iter().map(part).sum::<f64>() / scores.len().max(1) as f64
        };
        let (precision, recall) = (mean(|score| score.precision), mean(|score| score.recall));
        Means { precision, recall, f1: mean(|score| score.f1) }
    }

    /// The number of predictions of a class, counted from 0.
    fn predictions_of(&self, class: usize) -> usize {
        (0..self.classes.count()).map(|row| self.row(row)[class]).sum()
    }

    /// The mistakes by true and predicted class, the most frequent first.
    pub fn mistakes(&self) -> Vec<MistakeCount> {
        let classes = 0..self.classes.count();
        let cells =
            classes.clone().flat_map(|row| classes.clone().map(move |column| (row, column)));
        let mistake = |(row, column): (usize, usize)| MistakeCount {
            label: row,
            predicted: column,
            count: self.row(row)[column],
        };
        let mut mistakes: Vec<MistakeCount> = cells
            .filter(|(row, column)| row != column)
            .map(mistake)
            .filter(|mistake| mistake.count > 0)
            .collect();
        mistakes.sort_by_key(|mistake| Reverse(mistake.count));
        mistakes
    }
}
