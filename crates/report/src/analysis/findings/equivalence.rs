//! Levels that are the same: their accuracies differ by less than a stated bound.

use study::{Comparison, comparison::Pair};

use crate::words::{change, labels, list, same};

/// Every pair of compared levels, by their places; none where two levels share no seed.
fn pairs(comparison: &Comparison) -> Option<Vec<(usize, usize, Pair)>> {
    let count = comparison.levels().len();
    let places = (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other)));
    places.map(|(one, other)| Some((one, other, comparison.between(one, other)?))).collect()
}

/// Whether every pair of levels is the same, of at least two.
pub(super) fn all_same(comparison: &Comparison) -> bool {
    pairs(comparison)
        .is_some_and(|pairs| !pairs.is_empty() && pairs.iter().all(|(.., pair)| pair.is_same))
}

/// A note that all levels are the same, or the levels that are the same as the highest.
pub(super) fn of(comparison: &Comparison) -> Option<String> {
    let levels = comparison.levels();
    let pairs = pairs(comparison)?;
    if all_same(comparison) {
        let end = |pair: &Pair| {
            pair.difference.mean.abs() + pair.difference.margin.unwrap_or(f64::INFINITY)
        };
        let (one, other, pair) = pairs.iter().max_by(|a, b| end(&a.2).total_cmp(&end(&b.2)))?;
        return Some(format!(
            "The levels compared are the same within {}: the largest difference that the intervals \
             allow is that of {} against {}, {}.",
            same(),
            levels[*one].label,
            levels[*other].label,
            change(&pair.difference)
        ));
    }
    let alike = pairs.iter().filter(|(one, _, pair)| *one == 0 && pair.is_same);
    let alike = labels(alike.map(|(_, other, _)| &levels[*other]));
    (!alike.is_empty())
        .then(|| format!("The same as {} within {}: {}.", levels[0].label, same(), list(&alike)))
}
