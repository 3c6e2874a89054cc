//! How a network does digit by digit.

use run::Prediction;

/// The digits 0 to 9.
pub const CLASSES: usize = 10;

/// How often each digit (row) was taken for each (column).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    counts: [[usize; CLASSES]; CLASSES],
}

/// How well a digit is found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Of the images taken for it, the part that shows it. 0 if none was taken for it, as scikit-learn has it.
    pub precision: f64,
    /// Of the images that show it, the part that was taken for it.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
    /// How many images show it.
    pub support: usize,
}

impl Confusion {
    /// Counts predictions. Labels are 0 to 9.
    pub fn of(predictions: &[Prediction]) -> Self {
        let mut counts = [[0; CLASSES]; CLASSES];
        for Prediction { label, predicted, .. } in predictions {
            if let Some(count) =
                counts.get_mut(usize::from(*label)).and_then(|row| row.get_mut(usize::from(*predicted)))
            {
                *count += 1;
            }
        }
        Self { counts }
    }

    /// How often `label` was taken for each digit.
    pub fn row(&self, label: usize) -> &[usize; CLASSES] {
        &self.counts[label]
    }

    /// The score of a digit.
    pub fn score(&self, digit: usize) -> Score {
        let right = self.counts[digit][digit] as f64;
        let support: usize = self.counts[digit].iter().sum();
        let taken: usize = self.counts.iter().map(|row| row[digit]).sum();
        let ratio = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let (precision, recall) = (ratio(right, taken as f64), ratio(right, support as f64));
        Score { precision, recall, f1: ratio(2.0 * precision * recall, precision + recall), support }
    }

    /// The most frequent confusion: what it was, what it was taken for, how often.
    pub fn worst(&self) -> Option<(usize, usize, usize)> {
        let pairs = (0..CLASSES).flat_map(|label| (0..CLASSES).map(move |taken| (label, taken)));
        let wrong = pairs
            .filter(|(label, taken)| label != taken)
            .map(|(label, taken)| (label, taken, self.counts[label][taken]));
        wrong.filter(|(.., count)| *count > 0).max_by_key(|(.., count)| *count)
    }
}
