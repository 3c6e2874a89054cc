//! Which levels are the same: whose accuracies differ by less than a bound that is stated.

use study::{
    Comparison,
    comparison::{Pair, SAME},
};

use super::words::{change, list};

/// Whether every pair of levels is the same, of at least two.
pub(super) fn all_same(comparison: &Comparison) -> bool {
    let count = comparison.levels().len();
    let mut pairs = (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other)));
    count > 1
        && pairs.all(|(one, other)| comparison.between(one, other).is_some_and(|pair| pair.is_same))
}

/// That all levels are the same, or which ones are the same as the highest.
pub(super) fn of(comparison: &Comparison) -> Option<String> {
    let levels = comparison.levels();
    let places = 0..levels.len();
    let pairs =
        places.clone().flat_map(|one| places.clone().skip(one + 1).map(move |other| (one, other)));
    let pairs: Vec<(usize, usize, Pair)> = pairs
        .map(|(one, other)| Some((one, other, comparison.between(one, other)?)))
        .collect::<Option<_>>()?;
    let bound = SAME * 100.0;
    if all_same(comparison) {
        let end = |pair: &Pair| {
            pair.difference.mean.abs() + pair.difference.margin.unwrap_or(f64::INFINITY)
        };
        let (one, other, pair) = pairs.iter().max_by(|a, b| end(&a.2).total_cmp(&end(&b.2)))?;
        return Some(format!(
            "The levels compared are the same within {bound} points: the largest difference that \
             the intervals allow is \
             that of {} against {}, {}.",
            levels[*one].label,
            levels[*other].label,
            change(&pair.difference)
        ));
    }
    let same: Vec<String> = pairs
        .iter()
        .filter(|(one, _, pair)| *one == 0 && pair.is_same)
        .map(|(_, other, _)| levels[*other].label.clone())
        .collect();
    (!same.is_empty())
        .then(|| format!("The same as {} within {bound} points: {}.", levels[0].label, list(&same)))
}
