//! Stratified splits: each part has the classes in the proportions of the whole.
//!
//! The number of rows of each class in each part is that of scikit-learn's
//! `train_test_split(test_size=f, stratify=y)`: the validation size is rounded up, the training
//! rows are allotted to the classes by largest remainder, and the validation rows from the other
//! rows. The seed decides which rows they are. (Source: `sklearn/model_selection/_split.py` and
//! `_approximate_mode` in `sklearn/utils/extmath.py`.)

use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;

use crate::{Classes, seeded::generator};

/// A split: the rows of each part in ascending order. Each row is in one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Indices of the training rows.
    pub train: Vec<usize>,
    /// Indices of the validation rows.
    pub valid: Vec<usize>,
}

/// Why rows cannot be split.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SplitError {
    /// The fraction leaves a part empty.
    #[error("validation fraction {0}: expected a number between 0 and 1, both excluded")]
    Fraction(f64),
    /// A class has a single row, and cannot be in both parts.
    #[error("class {class} has only 1 row; a stratified split needs at least 2 of each class")]
    LoneMember {
        /// The class: its number from 0, or its name.
        class: String,
    },
    /// A part has fewer rows than classes.
    #[error(
        "{rows} {part} row{} for {classes} classes; a stratified split needs at least one of each: \
         take more rows or another validation fraction",
        if *rows == 1 { "" } else { "s" }
    )]
    TooFew {
        /// "training" or "validation".
        part: &'static str,
        /// The number of rows in the part.
        rows: usize,
        /// The number of classes.
        classes: usize,
    },
    /// The size of a subset is 0, or larger than the number of rows.
    #[error("limit {limit}: expected a number of rows from 1 to {rows}")]
    Limit {
        /// The size of the subset.
        limit: usize,
        /// The number of rows.
        rows: usize,
    },
}

impl SplitError {
    /// The same error with the name of the class in place of its number.
    #[must_use]
    pub fn named(self, classes: &Classes) -> Self {
        match self {
            Self::LoneMember { class } => {
                let name = class.parse().ok().and_then(|class| classes.names().nth(class));
                Self::LoneMember { class: name.map_or(class, str::to_owned) }
            }
            other => other,
        }
    }
}

/// Splits rows with these `labels` into training and validation rows.
///
/// # Errors
/// `valid_fraction` is not between 0 and 1, a class has a single row, or a part would have fewer
/// rows than classes.
pub fn stratified_split(
    labels: &[u16],
    valid_fraction: f64,
    seed: u64,
) -> Result<Split, SplitError> {
    if !(valid_fraction > 0.0 && valid_fraction < 1.0) {
        return Err(SplitError::Fraction(valid_fraction));
    }
    let rows = rows_by_class(labels);
    if let Some(class) = rows.iter().position(|members| members.len() == 1) {
        return Err(SplitError::LoneMember { class: class.to_string() });
    }
    let counts: Vec<usize> = rows.iter().map(Vec::len).collect();
    let classes = counts.iter().filter(|count| **count > 0).count();
    let valid_rows = (labels.len() as f64 * valid_fraction).ceil() as usize;
    let train_rows = labels.len() - valid_rows;
    for (part, rows) in [("training", train_rows), ("validation", valid_rows)] {
        if rows < classes {
            return Err(SplitError::TooFew { part, rows, classes });
        }
    }

    let mut rng = generator(b"validation split", seed, 0);
    let train_counts = allot(&counts, train_rows, &mut rng);
    let (mut train, mut valid) = (Vec::with_capacity(train_rows), Vec::with_capacity(valid_rows));
    for (mut members, count) in rows.into_iter().zip(train_counts) {
        members.shuffle(&mut rng);
        valid.extend_from_slice(&members[count..]);
        members.truncate(count);
        train.append(&mut members);
    }
    train.sort_unstable();
    valid.sort_unstable();
    Ok(Split { train, valid })
}

/// The ascending indices of `limit` rows, with the classes in the proportions of all `labels`.
///
/// # Errors
/// `limit` is 0 or larger than the number of rows.
pub fn stratified_subset(
    labels: &[u16],
    limit: usize,
    seed: u64,
) -> Result<Vec<usize>, SplitError> {
    if limit == 0 || limit > labels.len() {
        return Err(SplitError::Limit { limit, rows: labels.len() });
    }
    let mut rng = generator(b"stratified limit", seed, 0);
    let rows = rows_by_class(labels);
    let counts: Vec<usize> = rows.iter().map(Vec::len).collect();
    let taken = allot(&counts, limit, &mut rng);
    let mut subset = Vec::with_capacity(limit);
    for (mut members, count) in rows.into_iter().zip(taken) {
        members.shuffle(&mut rng);
        subset.extend_from_slice(&members[..count]);
    }
    subset.sort_unstable();
    Ok(subset)
}

/// The rows with each label, from 0 to the largest.
fn rows_by_class(labels: &[u16]) -> Vec<Vec<usize>> {
    let mut rows =
        vec![Vec::new(); labels.iter().max().map_or(0, |largest| usize::from(*largest) + 1)];
    for (row, label) in labels.iter().enumerate() {
        rows[usize::from(*label)].push(row);
    }
    rows
}

/// The number of rows of each class among `draws` rows: its share rounded down, and one more for
/// the largest remainders until all are drawn, with ties broken at random. The arithmetic follows
/// scikit-learn operation by operation, so that the same remainders are equal in both.
fn allot(counts: &[usize], draws: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
    let total = counts.iter().sum::<usize>() as f64;
    let shares: Vec<f64> =
        counts.iter().map(|count| *count as f64 / total * draws as f64).collect();
    let mut allotted: Vec<usize> = shares.iter().map(|share| share.floor() as usize).collect();
    let mut remainders: Vec<(usize, f64)> =
        shares.iter().map(|share| share - share.floor()).enumerate().collect();
    remainders.sort_by(|a, b| b.1.total_cmp(&a.1));

    let mut missing = draws - allotted.iter().sum::<usize>();
    for tied in remainders.chunk_by(|a, b| a.1 == b.1) {
        let lucky = tied.sample(rng, missing.min(tied.len()));
        for (class, _) in lucky {
            allotted[*class] += 1;
            missing -= 1;
        }
    }
    allotted
}
