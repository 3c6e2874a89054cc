//! The classes of a data set: their names, in the order of the outputs of a network.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::shown::{printable, shortened};

/// The largest number of classes; more are probably a mistake.
pub const MOST_CLASSES: usize = 1000;

/// The names of at least two classes, all different: the labels as the training data has them. A
/// class is a number from 0, the index of its name. Clones are cheap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<String>", try_from = "Vec<String>")]
pub struct Classes(Arc<[String]>);

/// Why names are no valid classes. Its text is one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClassesError {
    /// There is a single class, or none.
    #[error("{}; expected at least 2 classes", match .0 {
        Some(name) => format!("every row has the label {name}"),
        None => "no classes".to_owned(),
    })]
    TooFew(Option<String>),
    /// The number of classes is too large.
    #[error("{0} classes; expected at most {MOST_CLASSES}")]
    TooMany(usize),
    /// Two classes have this name.
    #[error("two classes have the name {0}; expected different names")]
    Twice(String),
}

impl Classes {
    /// The classes with these names, in this order.
    ///
    /// # Errors
    /// Fewer than 2 names, more than 1,000, or a name twice.
    pub fn new(names: Vec<String>) -> Result<Self, ClassesError> {
        if names.len() < 2 {
            return Err(ClassesError::TooFew(names.into_iter().next()));
        }
        if names.len() > MOST_CLASSES {
            return Err(ClassesError::TooMany(names.len()));
        }
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort_unstable();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(ClassesError::Twice(twice[0].clone()));
        }
        Ok(Self(names.into()))
    }

    /// This number of classes, at least 2, named by numbers from `first` on: what a file says that
    /// has no names.
    pub fn numbered(first: u16, count: usize) -> Self {
        Self((0..count.max(2)).map(|class| (usize::from(first) + class).to_string()).collect())
    }

    /// The number of classes.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The names, in order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The name of a class.
    ///
    /// # Panics
    /// There is no such class.
    pub fn name(&self, class: usize) -> &str {
        &self.0[class]
    }

    /// The class with this name.
    pub fn class(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|other| other == name)
    }

    /// Whether the names are the digits 0 to 9.
    pub fn are_digits(&self) -> bool {
        *self == Self::numbered(0, 10)
    }
}

impl TryFrom<Vec<String>> for Classes {
    type Error = ClassesError;

    fn try_from(names: Vec<String>) -> Result<Self, ClassesError> {
        Self::new(names)
    }
}

impl From<Classes> for Vec<String> {
    fn from(classes: Classes) -> Self {
        classes.0.to_vec()
    }
}

/// `0 to 9`, `a to z`, `cat, dog, horse`, or for many `apple, bear, …, zebra`.
impl fmt::Display for Classes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST_LISTED: usize = 5;
        const LONGEST: usize = 40;
        let shown = |name: &str| printable(&shortened(name, LONGEST));
        let names: Vec<&str> = self.names().collect();
        match &names[..] {
            [first, .., last] if are_consecutive(&names) => write!(f, "{first} to {last}"),
            [first, second, .., last] if names.len() > MOST_LISTED => {
                write!(f, "{}, {}, …, {}", shown(first), shown(second), shown(last))
            }
            few => f.write_str(&few.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ")),
        }
    }
}

/// Whether names are whole numbers, or single letters, without a gap.
fn are_consecutive(names: &[&str]) -> bool {
    let number = |name: &&str| name.parse().ok();
    let letter = |name: &&str| match name.as_bytes() {
        [byte] if byte.is_ascii_alphabetic() => Some(i64::from(*byte)),
        _ => None,
    };
    let places: Option<Vec<i64>> = names.iter().map(number).collect();
    let places = places.or_else(|| names.iter().map(letter).collect());
    places.is_some_and(|places| places.is_sorted_by(|a, b| a + 1 == *b))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

    use super::*;

    #[test]
    fn names_are_shown_in_one_line_whatever_they_are() {
        let named = |names: &[&str]| {
            let names = names.iter().map(ToString::to_string);
            Classes::new(names.collect()).unwrap().to_string()
        };
        assert_eq!(named(&["-1", "0", "1"]), "-1 to 1");
        assert_eq!(named(&["1", "3", "4"]), "1, 3, 4");
        assert_eq!(named(&["a", "b", "c", "e", "f", "g"]), "a, b, …, g");
        let long = "long ".repeat(100);
        let shown = named(&["a\u{1b}[31m\nb", &long]);
        assert_eq!(shown, format!("a\u{fffd}[31m\u{fffd}b, {}…", &long[..40]));
    }
}
