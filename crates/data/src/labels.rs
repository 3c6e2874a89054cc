//! The labels of a file, as the file has them.

use std::collections::HashMap;

use crate::{
    Classes,
    classes::{ClassesError, MOST_CLASSES},
    shown::printable,
};

/// The labels of the rows of a file: their different texts, ordered as numbers if all are whole
/// numbers, else as text, and for each row the place of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    names: Vec<String>,
    /// The line in which each name comes first, from 1.
    lines: Vec<usize>,
    of_rows: Vec<u16>,
}

impl Labels {
    /// The labels of the rows of a file.
    pub(crate) fn from_parts(names: Vec<String>, lines: Vec<usize>, of_rows: Vec<u16>) -> Self {
        Self { names, lines, of_rows }
    }

    /// The different labels, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The line in which the label with this index comes first, from 1.
    pub fn line(&self, index: usize) -> usize {
        self.lines[index]
    }

    /// The lines in which the labels come first.
    pub(crate) fn lines(&self) -> &[usize] {
        &self.lines
    }

    /// For each row the index of its label.
    pub fn of_rows(&self) -> &[u16] {
        &self.of_rows
    }

    /// The label of a row.
    ///
    /// # Panics
    /// There is no such row.
    pub fn name(&self, row: usize) -> &str {
        &self.names[usize::from(self.of_rows[row])]
    }

    /// The number of rows with each label, in the order of the names.
    pub fn counts(&self) -> Vec<usize> {
        counts(&self.of_rows, self.names.len())
    }

    /// The labels as the classes of a network.
    ///
    /// # Errors
    /// There is only one.
    pub fn classes(&self) -> Result<Classes, ClassesError> {
        Classes::new(self.names.clone())
    }

    /// The same labels with these names, in the same order.
    ///
    /// # Errors
    /// A name comes twice.
    pub(crate) fn renamed(self, names: Vec<String>) -> Result<Self, ClassesError> {
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort_unstable();
        match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(twice) => Err(ClassesError::Twice(twice[0].clone())),
            None => Ok(Self { names, ..self }),
        }
    }

    /// For each row the class of its label, or the index of the first label that is none.
    pub(crate) fn as_classes(&self, classes: &Classes) -> Result<Vec<u16>, usize> {
        let mut targets = Vec::with_capacity(self.names.len());
        for (index, name) in self.names.iter().enumerate() {
            targets.push(classes.class(name).ok_or(index)? as u16);
        }
        Ok(self.of_rows.iter().map(|index| targets[usize::from(*index)]).collect())
    }
}

/// The largest number of bytes of a label.
pub(crate) const LONGEST: usize = 1000;

/// Collects the labels of a file row by row.
#[derive(Debug, Default)]
pub(crate) struct LabelsBuilder {
    /// The place of each text in `names`.
    places: HashMap<Box<[u8]>, u16>,
    names: Vec<String>,
    lines: Vec<usize>,
    of_rows: Vec<u16>,
}

impl LabelsBuilder {
    /// Adds the label of a row; false, without adding it, if there are too many different ones, or
    /// if it is longer than any label or not valid UTF-8.
    pub(crate) fn push(&mut self, text: &[u8], line: usize) -> bool {
        let place = match self.places.get(text) {
            Some(place) => *place,
            None if self.names.len() == MOST_CLASSES || text.len() > LONGEST => return false,
            None => {
                let Ok(name) = str::from_utf8(text) else { return false };
                let place = self.names.len() as u16;
                self.places.insert(text.into(), place);
                self.names.push(printable(name));
                self.lines.push(line);
                place
            }
        };
        self.of_rows.push(place);
        true
    }

    /// The number of rows with each text.
    pub(crate) fn counts(&self) -> Vec<usize> {
        counts(&self.of_rows, self.names.len())
    }

    /// The number of different texts.
    pub(crate) fn distinct(&self) -> usize {
        self.names.len()
    }

    /// The number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.of_rows.len()
    }

    /// The labels, in order.
    pub(crate) fn finish(self) -> Labels {
        let Self { names, lines, of_rows, .. } = self;
        let texts = names;
        // Whole numbers may be written in several ways: `3`, `03`, `+3`, `3.0`, `1e0`.
        let numbers: Option<Vec<i64>> = texts.iter().map(|text| whole(text)).collect();
        let names: Vec<String> = match &numbers {
            Some(numbers) => numbers.iter().map(i64::to_string).collect(),
            None => texts,
        };
        let mut order: Vec<usize> = (0..names.len()).collect();
        match &numbers {
            Some(numbers) => order.sort_by_key(|place| (numbers[*place], lines[*place])),
            None => order.sort_by(|a, b| names[*a].cmp(&names[*b])),
        }
        let (mut sorted, mut first_lines) = (Vec::<String>::new(), Vec::new());
        let mut index_of = vec![0; names.len()];
        for place in order {
            if sorted.last() != Some(&names[place]) {
                sorted.push(names[place].clone());
                first_lines.push(lines[place]);
            }
            index_of[place] = (sorted.len() - 1) as u16;
        }
        let of_rows = of_rows.iter().map(|place| index_of[usize::from(*place)]).collect();
        Labels::from_parts(sorted, first_lines, of_rows)
    }
}

/// The number of times that each of the first `count` indices comes.
fn counts(indices: &[u16], count: usize) -> Vec<usize> {
    let mut counts = vec![0; count];
    indices.iter().for_each(|index| counts[usize::from(*index)] += 1);
    counts
}

/// The whole number that a text writes, in any of the usual ways.
pub(crate) fn whole(text: &str) -> Option<i64> {
    // Beyond this, floating-point numbers leave out whole numbers.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|byte| b"0123456789+-.eE".contains(&byte)) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(texts: &[&str]) -> Labels {
        let mut labels = LabelsBuilder::default();
        for (line, text) in (1..).zip(texts) {
            assert!(labels.push(text.as_bytes(), line));
        }
        labels.finish()
    }

    #[test]
    fn numbers_are_ordered_as_numbers_however_they_are_written() {
        let labels = labels(&["10", "9", "-1", "1e1", "+9", "09", "9.0"]);
        assert_eq!(labels.names(), ["-1", "9", "10"]);
        assert_eq!(labels.of_rows(), [2, 1, 0, 2, 1, 1, 1]);
        assert_eq!([0, 1, 2].map(|index| labels.line(index)), [3, 2, 1]);
    }

    #[test]
    fn with_a_text_among_them_all_are_text() {
        assert_eq!(labels(&["10", "9", "cat", "09"]).names(), ["09", "10", "9", "cat"]);
    }
}
