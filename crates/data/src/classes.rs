//! The classes of a data set.

use std::fmt;

/// The largest number of classes; more are probably a mistake.
pub const MOST_CLASSES: usize = 1000;

/// The classes of a data set. Their labels are whole numbers without gaps, from 0 or from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Classes {
    first: u16,
    count: usize,
}

/// Why labels are no valid classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClassesError {
    /// A label is missing. This is the first row with the next label.
    Gap {
        /// The row, from 0.
        row: usize,
        /// Its label.
        label: u16,
    },
    /// All rows have this label.
    One(u16),
    /// The number of classes is too large.
    TooMany(usize),
}

impl Classes {
    /// The digits 0 to 9.
    pub const DIGITS: Self = Self { first: 0, count: 10 };

    /// This number of classes, the first of which has this label.
    pub fn new(first: u16, count: usize) -> Self {
        Self { first, count }
    }

    /// The classes of rows with these labels. There is at least one row.
    ///
    /// # Errors
    /// A gap in the labels, fewer than 2 classes, or more than 1,000.
    pub fn of(labels: &[u16]) -> Result<Self, ClassesError> {
        let mut is_there =
            vec![false; 1 + usize::from(labels.iter().copied().max().unwrap_or_default())];
        labels.iter().for_each(|label| is_there[usize::from(*label)] = true);
        let above_gap = (2..is_there.len()).find(|label| is_there[*label] && !is_there[label - 1]);
        if let Some(label) = above_gap {
            let row =
                labels.iter().position(|other| usize::from(*other) == label).unwrap_or_default();
            return Err(ClassesError::Gap { row, label: label as u16 });
        }
        let first = u16::from(!is_there[0]);
        match is_there.len() - usize::from(first) {
            0 | 1 => Err(ClassesError::One(first)),
            count if count > MOST_CLASSES => Err(ClassesError::TooMany(count)),
            count => Ok(Self { first, count }),
        }
    }

    /// The number of classes.
    pub fn count(self) -> usize {
        self.count
    }

    /// The label of the first class: 0 or 1.
    pub fn first(self) -> u16 {
        self.first
    }

    /// The labels in ascending order.
    pub fn labels(self) -> impl Iterator<Item = u16> {
        (0..self.count).map(move |class| self.label(class))
    }

    /// The label of a class, counted from 0 like the outputs of a network.
    pub fn label(self, class: usize) -> u16 {
        self.first + class as u16
    }

    /// The class of a label, counted from 0; none if no class has it.
    pub fn class(self, label: u16) -> Option<usize> {
        label.checked_sub(self.first).map(usize::from).filter(|class| *class < self.count)
    }

    /// Whether a class has this label.
    pub fn has(self, label: u16) -> bool {
        self.class(label).is_some()
    }
}

/// `0 to 9`.
impl fmt::Display for Classes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.first, usize::from(self.first) + self.count - 1)
    }
}
