//! Cut axes: the part of an axis with the values worth comparing.

use crate::chart::{Chart, Point};

/// The chart with losses up to three times the median of the last losses, so that one level far off
/// does not flatten the others; none if all are. There is at least one curve.
pub(super) fn losses(chart: &Chart) -> Option<Chart> {
    let mut last: Vec<f64> =
        chart.curves.iter().filter_map(|curve| Some(curve.points.last()?.y)).collect();
    last.sort_by(f64::total_cmp);
    let most = (3.0 * last[last.len() / 2]).max(1.0);
    let is_cut = values(chart).fold(0.0, f64::max) > most;
    is_cut.then(|| cut(chart, (0.0, most), &format!("above {most:.1}")))
}

/// The chart with accuracies from just below this one on, in percent; none if all are.
pub(super) fn accuracies(chart: &Chart, lowest: f64) -> Option<Chart> {
    /// In percent.
    const ROOM: f64 = 1.0;
    let low = values(chart).fold(100.0, f64::min);
    let high = values(chart).fold(0.0, f64::max);
    let least = (lowest - ROOM).floor();
    (low < least)
        .then(|| cut(chart, (least, (high + ROOM).min(100.0)), &format!("below {least:.0} %")))
}

/// The chart within these limits, with a note on what is beyond: in the subtitle, and in the names
/// of curves that are not in the picture.
fn cut(chart: &Chart, (low, high): (f64, f64), beyond: &str) -> Chart {
    let mut chart = chart.clone();
    chart.subtitle += &format!("; {beyond} not shown");
    chart.y.limits = Some((low, high));
    // A spread may be in the picture where its mean is not.
    let shows = |point: &Point| point.spread.0 <= high && point.spread.1 >= low;
    for curve in chart.curves.iter_mut().filter(|curve| !curve.points.iter().any(shows)) {
        curve.name += " (not in the picture)";
    }
    chart
}

fn values(chart: &Chart) -> impl Iterator<Item = f64> {
    chart.curves.iter().flat_map(|curve| &curve.points).map(|point| point.y)
}
