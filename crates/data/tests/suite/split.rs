//! The laws of a stratified split, and scikit-learn's counts.

use std::collections::BTreeSet;

use data::{SplitError, stratified_split, stratified_subset};
use proptest::prelude::*;

/// `class_counts,fraction,train_counts`, as `fixtures/stratified_splits.py` wrote them.
const SCIKIT_LEARN: &str = include_str!("../../../../fixtures/stratified_splits.csv");

fn labels(counts: &[usize]) -> Vec<u16> {
    counts.iter().enumerate().flat_map(|(class, count)| vec![class as u16; *count]).collect()
}

fn counts(labels: &[u16], rows: &[usize]) -> Vec<usize> {
    let mut counts = vec![0; 1 + usize::from(*labels.iter().max().unwrap())];
    for row in rows {
        counts[usize::from(labels[*row])] += 1;
    }
    counts
}

fn numbers(text: &str) -> Vec<usize> {
    text.split(' ').map(|number| number.parse().unwrap()).collect()
}

#[test]
fn class_counts_equal_scikit_learns() {
    let mut cases = 0;
    for line in SCIKIT_LEARN.lines().skip(1) {
        let [all, fraction, train, ties] = line.split(',').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let labels = labels(&numbers(all));
        let split = stratified_split(&labels, fraction.parse().unwrap(), 1).unwrap();
        let (ours, theirs) = (counts(&labels, &split.train), numbers(train));
        let apart: usize = ours.iter().zip(&theirs).map(|(a, b)| a.abs_diff(*b)).sum();
        // scikit-learn draws lots between classes with equal remainders; these may differ by one.
        let tied: usize = ties.parse().unwrap();
        assert!(
            apart == 0
                || (apart <= tied && ours.iter().zip(&theirs).all(|(a, b)| a.abs_diff(*b) <= 1)),
            "{line}: {ours:?}"
        );
        assert_eq!(split.train.len(), theirs.iter().sum::<usize>(), "{line}");
        cases += 1;
    }
    assert_eq!(cases, 30);
}

#[test]
fn mnist_is_split_into_48000_and_12000_rows() {
    let labels = labels(&[5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    let split = stratified_split(&labels, 0.2, 0).unwrap();
    assert_eq!((split.train.len(), split.valid.len()), (48_000, 12_000));
}

#[test]
fn impossible_splits_are_refused() {
    let ten_each = labels(&[10; 10]);
    for fraction in [0.0, 1.0, -0.1, 1.5, f64::NAN] {
        assert!(
            matches!(stratified_split(&ten_each, fraction, 0), Err(SplitError::Fraction(_))),
            "{fraction}"
        );
    }
    assert_eq!(
        stratified_split(&labels(&[5, 1, 5]), 0.5, 0),
        Err(SplitError::LoneMember { class: "1".to_owned() })
    );
    let too_few = stratified_split(&ten_each, 0.05, 0).unwrap_err();
    assert_eq!(
        too_few.to_string(),
        "5 validation rows for 10 classes; a stratified split needs at least one of each: \
         take more rows or another validation fraction"
    );
    for limit in [0, 101] {
        assert_eq!(
            stratified_subset(&ten_each, limit, 0),
            Err(SplitError::Limit { limit, rows: 100 })
        );
    }
}

proptest! {
    #[test]
    fn a_split_loses_nothing_and_keeps_proportions(
        class_counts in prop::collection::vec(2usize..400, 1..=30),
        fraction in 0.05f64..0.95,
        seed: u64,
    ) {
        let labels = labels(&class_counts);
        let Ok(split) = stratified_split(&labels, fraction, seed) else { return Ok(()) };
        let rows: BTreeSet<usize> = split.train.iter().chain(&split.valid).copied().collect();
        prop_assert_eq!(rows.len(), split.train.len() + split.valid.len());
        prop_assert_eq!(rows.len(), labels.len());
        prop_assert_eq!(split.valid.len(), (labels.len() as f64 * fraction).ceil() as usize);
        let share = split.train.len() as f64 / labels.len() as f64;
        let taken = counts(&labels, &split.train);
        for (class, taken) in taken.iter().enumerate().take(class_counts.len()) {
            let fair = class_counts[class] as f64 * share;
            prop_assert!((*taken as f64 - fair).abs() <= 1.0, "class {}: {} of \
                {}", class, taken, fair);
        }
    }

    #[test]
    fn the_seed_decides_which_rows(seed: u64) {
        let labels = labels(&[50; 10]);
        let split = stratified_split(&labels, 0.2, seed).unwrap();
        prop_assert_eq!(&split, &stratified_split(&labels, 0.2, seed).unwrap());
        prop_assert_ne!(split, stratified_split(&labels, 0.2, seed ^ 1).unwrap());
    }

    #[test]
    fn a_subset_keeps_proportions(limit in 1usize..=1000, seed: u64) {
        let labels = labels(&[300, 100, 600]);
        let subset = stratified_subset(&labels, limit, seed).unwrap();
        prop_assert_eq!(subset.len(), limit);
        prop_assert!(subset.is_sorted_by(|a, b| a < b));
        let taken = counts(&labels, &subset);
        for (class, share) in [0.3, 0.1, 0.6].into_iter().enumerate() {
            prop_assert!((taken[class] as f64 - share * limit as f64).abs() <= 1.0);
        }
    }
}
