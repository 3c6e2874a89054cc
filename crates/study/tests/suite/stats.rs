//! Statistics agree with their formulas.

use study::stats::{Estimate, Judged, Sample, Verdict, detectable, judge, median, slope_weights};

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-5 * expected.abs().max(1.0)
}

#[test]
fn a_sample_has_the_deviation_with_divisor_n_minus_1() {
    let sample = Sample::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
    assert_eq!(sample.map(|sample| (sample.mean, sample.low, sample.high)), Some((5.0, 2.0, 9.0)));
    assert!(sample.is_some_and(|sample| (sample.deviation - (32.0f64 / 7.0).sqrt()).abs() < 1e-12));
    assert_eq!(Sample::of(&[]), None);
    // t(0.975, 2) = 4.302653 (any table).
    let margin = Sample::of(&[1.0, 2.0, 3.0]).unwrap().margin().unwrap();
    assert!(close(margin, 4.302_653 / 3f64.sqrt()));
    assert_eq!(Sample::of(&[1.0]).unwrap().margin(), None);
}

#[test]
fn a_median_is_the_middle_or_the_mean_of_the_two_in_the_middle() {
    assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
    assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    assert_eq!(median(&[]), None);
}

#[test]
fn a_difference_is_tested_as_welch_does() {
    // R: t.test(c(1, 2, 3), c(3, 5, 10)) has t = -1.8520, df = 2.3048, p-value = 0.1885.
    let difference = Estimate::difference(&[1.0, 2.0, 3.0], &[3.0, 5.0, 10.0], 0.0).unwrap();
    assert!((difference.mean + 4.0).abs() < 1e-12);
    assert!((difference.p().unwrap() - expected_p()).abs() < 2e-3, "{:?}", difference.p());
    // Equal spreads and numbers: Student's t with 2n - 2 degrees of freedom, t(0.975, 4) = 2.7764.
    let student = Estimate::difference(&[1.0, 2.0, 3.0], &[2.0, 3.0, 4.0], 0.0).unwrap();
    assert!(close(student.margin(0.05).unwrap(), 2.776_445 * (2.0f64 / 3.0).sqrt()));
}

/// From t = 4 / √(1/3 + 13/3) and its degrees of freedom, by integration of the density.
fn expected_p() -> f64 {
    let (a, b) = (1.0f64 / 3.0, 13.0 / 3.0);
    let (t, freedom) = (4.0 / (a + b).sqrt(), (a + b).powi(2) / (a * a / 2.0 + b * b / 2.0));
    let density = |x: f64| (1.0 + x * x / freedom).powf(-f64::midpoint(freedom, 1.0));
    let area = |from: f64, to: f64| {
        let (steps, width) = (200_000, to - from);
        (0..steps)
            .map(|step| density(from + width * (f64::from(step) + 0.5) / f64::from(steps)))
            .sum::<f64>()
            * width
            / f64::from(steps)
    };
    1.0 - area(0.0, t) / area(0.0, 2000.0)
}

#[test]
fn seeds_that_agree_to_the_row_have_the_spread_of_a_row() {
    let same = [0.95; 5];
    let tie = judge(&[Estimate::difference(&same, &same, 1.0 / 12_000.0).unwrap()])[0];
    assert_eq!((tie.mean, tie.verdict), (0.0, Verdict::NotClear));
    let apart = judge(&[Estimate::difference(&same, &[0.90; 5], 1.0 / 12_000.0).unwrap()])[0];
    assert_eq!(apart.verdict, Verdict::Clear);
    let (low, high) = apart.interval.unwrap();
    assert!(low > 0.0498 && high < 0.0502);
}

#[test]
fn of_a_single_seed_nothing_is_judged() {
    let judged = judge(&[Estimate::difference(&[0.9], &[0.8], 0.001).unwrap()])[0];
    assert_eq!((judged.verdict, judged.interval), (Verdict::Untested, None));
    assert_eq!(Estimate::difference(&[], &[0.8], 0.001), None);
    assert_eq!(detectable(0.1, 1, 3), None);
}

#[test]
fn verdicts_are_holms_and_intervals_never_disagree_with_them() {
    let spread = |shift: f64| [-0.1, 0.0, 0.1].map(|value| value + shift);
    let estimate = |shift: f64| Estimate::difference(&spread(shift), &spread(0.0), 0.0).unwrap();
    let family: Vec<Estimate> = [0.0, 0.24, 0.3, 0.31, 0.9, -0.42, 0.385].map(estimate).to_vec();
    let p: Vec<f64> = family.iter().map(|one| one.p().unwrap()).collect();
    // Holm as he describes it: from the smallest p on, while p is at most α over those left.
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let clear: Vec<usize> = order
        .iter()
        .enumerate()
        .take_while(|(rank, place)| p[**place] <= 0.05 / (p.len() - rank) as f64)
        .map(|(_, place)| *place)
        .collect();
    for (place, judged) in judge(&family).iter().enumerate() {
        assert_eq!(judged.is_clear(), clear.contains(&place), "{place}: {p:?}");
        let (low, high) = judged.interval.unwrap();
        assert_eq!(judged.is_clear(), low >= 0.0 || high <= 0.0, "{judged:?}");
        assert!(low <= judged.mean && judged.mean <= high);
        let is_below = p[place] <= 0.05;
        let expected = match (judged.is_clear(), is_below) {
            (true, _) => Verdict::Clear,
            (false, true) => Verdict::TooFewSeeds,
            (false, false) => Verdict::NotClear,
        };
        assert_eq!(judged.verdict, expected);
    }
    assert!(clear.len() > 1 && clear.len() < p.len());
    let Judged { mean, interval, .. } = judge(&family)[4].reversed();
    assert!(mean < 0.0 && interval.unwrap().1 <= 0.0);
}

#[test]
fn the_detectable_difference_is_that_of_the_formula() {
    // t(0.975, 8) = 2.306004, t(0.8, 8) = 0.888890.
    let expected = (2.306_004 + 0.888_890) * 0.2 * (2.0f64 / 5.0).sqrt();
    assert!(close(detectable(0.2, 5, 1).unwrap(), expected));
    assert!(detectable(0.2, 5, 15).unwrap() > 1.5 * expected);
}

#[test]
fn a_slope_is_that_of_least_squares() {
    let slope = |points: &[(f64, f64)]| {
        let places: Vec<f64> = points.iter().map(|(x, _)| *x).collect();
        let weights = slope_weights(&places)?;
        Some(weights.iter().zip(points).map(|(weight, (_, y))| weight * y).sum::<f64>())
    };
    assert!(close(slope(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]).unwrap(), 2.0));
    assert!(close(slope(&[(0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (3.0, 1.0)]).unwrap(), 0.2));
    assert_eq!(slope(&[(1.0, 0.0), (1.0, 1.0)]), None);
}
