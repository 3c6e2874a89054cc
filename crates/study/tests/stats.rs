//! Statistics agree with their formulas.

use study::stats::{Difference, Sample};

#[test]
fn a_sample_has_the_deviation_with_divisor_n_minus_1() {
    let sample = Sample::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
    assert_eq!(sample.map(|sample| (sample.mean, sample.low, sample.high)), Some((5.0, 2.0, 9.0)));
    assert!(sample.is_some_and(|sample| (sample.deviation - (32.0f64 / 7.0).sqrt()).abs() < 1e-12));
    assert_eq!(Sample::of(&[]), None);
}

#[test]
fn the_interval_is_students() {
    // t(0.975, 2) = 4.302653 (any table); differences 1, 2, 3 have mean 2 and deviation 1.
    let difference = Difference::of(&[(2.0, 1.0), (4.0, 2.0), (6.0, 3.0)]);
    let margin = difference.and_then(|difference| difference.margin);
    assert!(margin.is_some_and(|margin| (margin - 4.302_652_7 / 3f64.sqrt()).abs() < 1e-6), "{margin:?}");
    assert!(difference.is_some_and(|difference| !difference.is_clear()));
}

#[test]
fn a_single_pair_is_never_clear_and_a_steady_difference_is() {
    assert!(
        Difference::of(&[(1.0, 0.0)]).is_some_and(|difference| !difference.is_clear() && difference.margin.is_none())
    );
    assert!(Difference::of(&[(1.0, 0.5), (2.0, 1.4), (3.0, 2.5)]).is_some_and(|difference| difference.is_clear()));
}
