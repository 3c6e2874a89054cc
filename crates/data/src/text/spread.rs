//! How the values of a column are spread: whether they are labels rather than pixels.

use super::values::Value;
use crate::{classes::MOST_CLASSES, labels::LabelsBuilder};

/// What is known of a column from all rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stats {
    /// The numbers of fields of each kind.
    pub(super) wholes: usize,
    pub(super) fractions: usize,
    pub(super) texts: usize,
    pub(super) empty: usize,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Stats {
    pub(super) fn add(&mut self, value: Value) {
        match value {
            Value::Whole(_) => self.wholes += 1,
            Value::Fraction(_) => self.fractions += 1,
            Value::Text => self.texts += 1,
            Value::Empty => self.empty += 1,
        }
        if let Some(number) = value.number() {
            (self.min, self.max) = (self.min.min(number), self.max.max(number));
        }
    }
}

/// The different texts of a column that may be labels.
#[derive(Debug, Default)]
pub(super) struct Candidate {
    labels: LabelsBuilder,
    /// Whether there are more different texts than there may be classes.
    is_full: bool,
}

impl Candidate {
    pub(super) fn add(&mut self, field: &[u8], line: usize) {
        self.is_full = self.is_full || !self.labels.push(field.trim_ascii(), line);
    }

    /// How its values are distributed, if they can be labels.
    pub(super) fn spread(&self, stats: &Stats) -> Spread {
        if self.is_full || stats.fractions > 0 {
            return Spread::Other;
        }
        Spread::of(&self.labels.counts())
    }

    /// Whether nearly every row has a text of its own.
    pub(super) fn is_different_everywhere(&self) -> bool {
        self.is_full || self.labels.distinct() * 2 > self.labels.rows()
    }
}

/// How the values of a column are distributed. Labels are a few values, each of several rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spread {
    /// No labels: a single value, or more than there may be classes.
    Other,
    /// One value in most rows, and values that come only once: a pixel near the border rather than
    /// labels.
    Uneven,
    /// Labels rather than a pixel: no value comes only once, none is in most of the rows.
    Even,
    /// Either.
    Between,
}

impl Spread {
    /// The spread of values that come in these numbers of rows.
    pub(super) fn of(counts: &[usize]) -> Self {
        let rows: usize = counts.iter().sum();
        let fewest = counts.iter().copied().min().unwrap_or_default();
        let most = counts.iter().copied().max().unwrap_or_default();
        match counts.len() {
            2..=MOST_CLASSES if fewest == 1 && most * 5 >= rows * 4 => Self::Uneven,
            2..=MOST_CLASSES if fewest > 1 && most * 5 <= rows * 3 => Self::Even,
            2..=MOST_CLASSES => Self::Between,
            _ => Self::Other,
        }
    }

    /// Which of two columns has the labels; none if that is not certain.
    pub(super) fn choose(first: Self, last: Self) -> Option<Which> {
        match (first, last) {
            (Self::Other, Self::Other) => None,
            (_, Self::Other) | (Self::Even, Self::Uneven) => Some(Which::First),
            (Self::Other, _) | (Self::Uneven, Self::Even) => Some(Which::Last),
            _ => None,
        }
    }
}

/// The first column, or the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    First,
    Last,
}
