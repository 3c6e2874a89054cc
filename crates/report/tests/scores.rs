//! Precision, recall, F1 and the confusion matrix are scikit-learn's, on the predictions of a real network. The numbers
//! are from `fixtures/classification_scores.py`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where it fails")]

use std::{fs, path::Path};

use data::Classes;
use report::evaluation::{Confusion, Evaluation};
use run::Prediction;

/// The rows of a file of numbers.
fn rows(name: &str) -> Vec<Vec<f64>> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name)).unwrap();
    let numbers = |row: &str| row.split(',').map(|number| number.parse().unwrap()).collect();
    text.lines().skip(1).map(numbers).collect()
}

#[test]
fn scores_are_scikit_learns_also_of_a_digit_that_is_never_predicted() {
    let prediction = |row: Vec<f64>| Prediction {
        row: row[0] as usize,
        label: row[1] as u16,
        predicted: row[2] as u16,
        probability: row[3] as f32,
    };
    let predictions: Vec<Prediction> = rows("predictions.csv").into_iter().map(prediction).collect();
    assert_eq!(predictions.len(), 3000);
    let confusion = Confusion::of(&predictions, Classes::DIGITS);
    let expected = rows("classification_scores.csv");
    assert_eq!(expected.len(), 10);
    for (digit, row) in expected.iter().enumerate() {
        let score = confusion.score(digit);
        for (found, expected) in [score.precision, score.recall, score.f1].iter().zip(&row[1..4]) {
            assert!((found - expected).abs() < 1e-9, "digit {digit}: {found}, scikit-learn {expected}");
        }
        assert_eq!(score.support as f64, row[4]);
        let counts: Vec<f64> = confusion.row(digit).iter().map(|count| *count as f64).collect();
        assert_eq!(counts, row[5..], "digit {digit}");
    }
}
