//! Statistics agree with their formulas.

#![allow(clippy::unwrap_used, reason = "a test ends where it fails")]

use study::stats::{Difference, Sample, holm, slope};

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-6 * expected.abs().max(1.0)
}

#[test]
fn a_sample_has_the_deviation_with_divisor_n_minus_1() {
    let sample = Sample::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
    assert_eq!(sample.map(|sample| (sample.mean, sample.low, sample.high)), Some((5.0, 2.0, 9.0)));
    assert!(sample.is_some_and(|sample| (sample.deviation - (32.0f64 / 7.0).sqrt()).abs() < 1e-12));
    assert_eq!(Sample::of(&[]), None);
}

#[test]
fn the_interval_and_the_tests_are_students() {
    // t(0.975, 2) = 4.302653 (any table); differences 1, 2, 3 have mean 2 and deviation 1. With two
    // degrees of freedom, t has the distribution function 1/2 + t / (2 √(2 + t²)).
    let difference = Difference::of(&[(2.0, 1.0), (4.0, 2.0), (6.0, 3.0)]).unwrap();
    assert!(close(difference.margin.unwrap(), 4.302_652_7 / 3f64.sqrt()), "{difference:?}");
    let above = |t: f64| 0.5 - t / (2.0 * (2.0 + t * t).sqrt());
    let error = 1.0 / 3f64.sqrt();
    assert!(close(difference.p_of_none().unwrap(), 2.0 * above(2.0 / error)));
    assert!(close(difference.p_of_more_than(5.0).unwrap(), above(3.0 / error)));
    assert!(
        difference.p_of_more_than(1.0).unwrap() > 0.5,
        "a mean beyond the bound is no sign of equality"
    );
    let reversed = difference.reversed();
    assert_eq!((reversed.mean, reversed.p_of_none()), (-2.0, difference.p_of_none()));
}

#[test]
fn of_a_single_pair_and_of_differences_that_are_all_equal_nothing_can_be_said() {
    for pairs in
        [&[(1.0, 0.0)][..], &[(0.3, 0.2), (0.2, 0.1), (0.1, 0.0)], &[(0.5, 0.5), (0.6, 0.6)]]
    {
        let difference = Difference::of(pairs).unwrap();
        assert_eq!(
            (difference.margin, difference.p_of_none(), difference.p_of_more_than(9.0)),
            (None, None, None)
        );
    }
    assert_eq!(Difference::of(&[]), None);
}

#[test]
fn holm_multiplies_the_smallest_most_and_keeps_the_order() {
    // The example of R: p.adjust(c(0.01, 0.02, 0.03, 0.04), "holm") is 0.04, 0.06, 0.06, 0.06.
    for (each, expected) in [
        (&[0.03, 0.01, 0.04, 0.02][..], &[0.06, 0.04, 0.06, 0.06][..]),
        (&[0.5, 0.6], &[1.0, 1.0]),
        (&[0.03], &[0.03]),
        (&[], &[]),
    ] {
        let corrected = holm(each);
        assert!(
            corrected.iter().zip(expected).all(|(found, expected)| close(*found, *expected)),
            "{corrected:?}"
        );
        assert_eq!(corrected.len(), expected.len());
    }
}

#[test]
fn a_slope_is_that_of_least_squares() {
    assert!(close(slope(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]).unwrap(), 2.0));
    assert!(close(slope(&[(0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (3.0, 1.0)]).unwrap(), 0.2));
    assert_eq!(slope(&[(1.0, 0.0), (1.0, 1.0)]), None);
}
