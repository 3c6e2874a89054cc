//! Precision, recall, F1, their means and the confusion matrix are scikit-learn's, the confidence
//! interval is SciPy's, on the predictions of a real network. The numbers are from
//! `fixtures/classification_scores.py`.

use std::{fs, path::Path};

use data::Classes;
use report::evaluation::{Calibration, Confusion, Evaluation, Proportion};
use run::LabelledPrediction;

/// The rows of a file of numbers.
fn rows(name: &str) -> Vec<Vec<f64>> {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name))
            .unwrap();
    let numbers = |row: &str| row.split(',').map(|number| number.parse().unwrap()).collect();
    text.lines().skip(1).map(numbers).collect()
}

fn predictions() -> Vec<LabelledPrediction> {
    let prediction = |row: Vec<f64>| LabelledPrediction {
        row: row[0] as usize,
        label: row[1] as u16,
        predicted: row[2] as u16,
        probability: row[3] as f32,
    };
    rows("predictions.csv").into_iter().map(prediction).collect()
}

#[test]
fn means_interval_and_calibration_are_those_of_scikit_learn_scipy_and_numpy() {
    let evaluation = Evaluation::of(&predictions(), &Classes::numbered(0, 10)).unwrap();
    let (means, (low, high)) = (evaluation.confusion.means(), evaluation.accuracy.interval());
    let (accuracy, error) = (evaluation.accuracy.value(), evaluation.calibration.error());
    let found = [means.precision, means.recall, means.f1, accuracy, low, high, error];
    for (found, expected) in found.iter().zip(&rows("classification_means.csv")[0]) {
        assert!((found - expected).abs() < 1e-9, "{found}, expected {expected}");
    }
}

#[test]
fn intervals_stay_within_0_and_1_and_hold_the_proportion() {
    for all in [1, 2, 10, 10_000] {
        for count in [0, 1, all / 2, all] {
            let proportion = Proportion { count, all };
            let (low, high) = proportion.interval();
            let (least, most) = (low - 1e-12, high + 1e-12);
            assert!(low >= 0.0 && high <= 1.0, "{proportion:?}");
            assert!((least..=most).contains(&proportion.value()), "{proportion:?}");
        }
    }
    // Newcombe 1998, table I: 81 of 263, and 0 of 20.
    for (count, all, expected) in [(81, 263, (0.2553, 0.3662)), (0, 20, (0.0, 0.1611))] {
        let (low, high) = Proportion { count, all }.interval();
        assert!(
            (low - expected.0).abs() < 5e-5 && (high - expected.1).abs() < 5e-5,
            "{low} {high}"
        );
    }
}

#[test]
fn probabilities_on_the_edges_of_bins_belong_below_them() {
    let prediction =
        |probability, predicted| LabelledPrediction { row: 0, label: 1, predicted, probability };
    let calibration = Calibration::of(&[
        prediction(0.0, 0),
        prediction(0.2, 1),
        prediction(1.0, 1),
        prediction(1.0, 0),
    ]);
    let bins: Vec<(usize, usize, usize)> = calibration
        .bins
        .iter()
        .map(|bin| ((bin.high * 15.0).round() as usize, bin.right.all, bin.right.count))
        .collect();
    assert_eq!(bins, [(1, 1, 0), (4, 1, 1), (15, 2, 1)]);
    assert!((calibration.error() - (0.8 + 2.0 * 0.5) / 4.0).abs() < 1e-7);
    assert_eq!(Evaluation::of(&[], &Classes::numbered(0, 10)), None);
}

#[test]
fn scores_are_scikit_learns_also_of_a_digit_that_is_never_predicted() {
    let predictions = predictions();
    assert_eq!(predictions.len(), 3000);
    let confusion = Confusion::of(&predictions, &Classes::numbered(0, 10));
    let expected = rows("classification_scores.csv");
    assert_eq!(expected.len(), 10);
    for (digit, row) in expected.iter().enumerate() {
        let score = confusion.score(digit);
        for (found, expected) in [score.precision, score.recall, score.f1].iter().zip(&row[1..4]) {
            assert!(
                (found - expected).abs() < 1e-9,
                "digit {digit}: {found}, scikit-learn {expected}"
            );
        }
        assert_eq!(score.support as f64, row[4]);
        let counts: Vec<f64> = confusion.row(digit).iter().map(|count| *count as f64).collect();
        assert_eq!(counts, row[5..], "digit {digit}");
    }
}
