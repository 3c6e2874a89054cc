//! Cut axes: the part of an axis with the values worth comparing.

use crate::{axis::Limits, chart::Curve};

/// The limits of an axis, and a note on the values beyond.
pub(super) struct Cut {
    pub(super) limits: Limits,
    pub(super) note: String,
}

impl Cut {
    /// All values.
    pub(super) fn none() -> Self {
        Self { limits: Limits::All, note: String::new() }
    }

    /// Losses up to three times the median of the last losses, so that one level far off does not
    /// flatten the others. There is at least one curve.
    pub(super) fn losses(curves: &[Curve]) -> Self {
        let mut last: Vec<f64> =
            curves.iter().filter_map(|curve| curve.points.last().map(|point| point.1)).collect();
        last.sort_by(f64::total_cmp);
        let most = (3.0 * last[last.len() / 2]).max(1.0);
        if values(curves).fold(0.0, f64::max) <= most {
            return Self::none();
        }
        Self { limits: Limits::Within(0.0, most), note: format!("; above {most:.1} not shown") }
    }

    /// Accuracies at most this far below the best, in percent; none if all are.
    pub(super) fn accuracies(curves: &[Curve], close: f64) -> Option<Self> {
        let low = values(curves).fold(100.0, f64::min);
        let least = (values(curves).fold(0.0, f64::max) - close).floor();
        (low < least).then(|| Self {
            limits: Limits::Within(least, 100.0),
            note: format!("; below {least:.0} % not shown"),
        })
    }

    /// The curves, with a note in the names of those that are not in the picture.
    pub(super) fn marked(&self, mut curves: Vec<Curve>) -> Vec<Curve> {
        let Limits::Within(low, high) = self.limits else { return curves };
        let shows = |(least, most): (f64, f64)| least <= high && most >= low;
        for curve in &mut curves {
            // A spread may be in the picture where its mean is not.
            let spreads = curve.spread.extremes().iter().copied();
            if !curve.points.iter().map(|(_, y)| (*y, *y)).chain(spreads).any(shows) {
                curve.name += " (not in the picture)";
            }
        }
        curves
    }
}

fn values(curves: &[Curve]) -> impl Iterator<Item = f64> {
    curves.iter().flat_map(|curve| &curve.points).map(|point| point.1)
}
