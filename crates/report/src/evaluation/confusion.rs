//! Which class is taken for which, and how well each is found.

use std::cmp::Reverse;

use data::Classes;
use run::LabelledPrediction;
use serde::Serialize;

/// How often each class (row) was taken for each (column).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    classes: Classes,
    /// Row by row; classes count from 0.
    counts: Vec<usize>,
}

/// How well a class is found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// Of the images taken for it, the part that shows it. 0 if none was taken for it, as
    /// scikit-learn has it.
    pub precision: f64,
    /// Of the images that show it, the part that was taken for it.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
    /// How many images show it.
    pub support: usize,
}

/// The means of the scores of several classes, each counting the same ("macro").
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Means {
    /// Of the precisions.
    pub precision: f64,
    /// Of the recalls.
    pub recall: f64,
    /// Of the F1 scores.
    pub f1: f64,
}

/// A mistake that was made several times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mix {
    /// The label of what it was.
    pub label: u16,
    /// The label of what it was taken for.
    pub taken: u16,
    /// How often.
    pub count: usize,
}

impl Confusion {
    /// Counts predictions, whose labels are those of these classes.
    pub fn of(predictions: &[LabelledPrediction], classes: Classes) -> Self {
        let mut counts = vec![0; classes.count() * classes.count()];
        for LabelledPrediction { label, predicted, .. } in predictions {
            if let (Some(label), Some(predicted)) =
                (classes.class(*label), classes.class(*predicted))
            {
                counts[label * classes.count() + predicted] += 1;
            }
        }
        Self { classes, counts }
    }

    /// The classes.
    pub fn classes(&self) -> Classes {
        self.classes
    }

    /// How often a class, counted from 0, was taken for each.
    pub fn row(&self, class: usize) -> &[usize] {
        &self.counts[class * self.classes.count()..][..self.classes.count()]
    }

    /// The score of a class, counted from 0.
    pub fn score(&self, class: usize) -> Score {
        let right = self.row(class)[class] as f64;
        let support: usize = self.row(class).iter().sum();
        let taken = self.taken_for(class);
        let ratio = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let (precision, recall) = (ratio(right, taken as f64), ratio(right, support as f64));
        Score {
            precision,
            recall,
            f1: ratio(2.0 * precision * recall, precision + recall),
            support,
        }
    }

    /// The mean scores of the classes that there are: of which there is an image, or for which one
    /// was taken.
    pub fn means(&self) -> Means {
        let is_there = |class: &usize| self.score(*class).support > 0 || self.taken_for(*class) > 0;
        let scores: Vec<Score> =
            (0..self.classes.count()).filter(is_there).map(|class| self.score(class)).collect();
        let mean = |part: fn(&Score) -> f64| {
            scores.iter().map(part).sum::<f64>() / scores.len().max(1) as f64
        };
        Means {
            precision: mean(|score| score.precision),
            recall: mean(|score| score.recall),
            f1: mean(|score| score.f1),
        }
    }

    /// How many images were taken for a class, counted from 0.
    fn taken_for(&self, class: usize) -> usize {
        (0..self.classes.count()).map(|row| self.row(row)[class]).sum()
    }

    /// What was taken for something else, the most frequent mistake first.
    pub fn mixes(&self) -> Vec<Mix> {
        let label = |class| self.classes.label(class);
        let of_row = |row: usize| {
            let mix = move |(column, count): (usize, &usize)| Mix {
                label: label(row),
                taken: label(column),
                count: *count,
            };
            self.row(row).iter().enumerate().filter(move |(column, _)| *column != row).map(mix)
        };
        let mut mixes: Vec<Mix> =
            (0..self.classes.count()).flat_map(of_row).filter(|mix| mix.count > 0).collect();
        mixes.sort_by_key(|mix| Reverse(mix.count));
        mixes
    }
}
