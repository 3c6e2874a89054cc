//! Charts of final accuracies: means with error bars.

use study::stats::Sample;

use super::cut;
use crate::{
    axis::Axis,
    chart::{Chart, Curve, Lines, Look, Point},
};

/// The chart shows accuracies at most this far below the best, in percent.
const COMPARABLE: f64 = 15.0;

/// A curve through means from left to right, with a bar of one standard deviation each way.
pub(super) fn curve(
    name: String,
    look: Look,
    samples: impl IntoIterator<Item = (f64, Option<Sample>)>,
) -> Curve {
    let point = |(x, sample): (f64, Option<Sample>)| {
        let Sample { mean, deviation, .. } = sample?;
        Some(Point { x, y: mean, spread: (mean - deviation, mean + deviation) })
    };
    let mut points: Vec<Point> = samples.into_iter().filter_map(point).collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x));
    Curve::new(name, look.with(Lines::Bars), points)
}

/// The chart of such curves; none without a point.
pub(super) fn chart(title: String, x: Axis, y: &str, curves: Vec<Curve>) -> Option<Chart> {
    let has_point = curves.iter().any(|curve| !curve.points.is_empty());
    let chart = Chart {
        title,
        subtitle: "after the last epoch, mean and standard deviation over seeds".to_owned(),
        x,
        y: Axis::linear(y),
        curves,
        ..Chart::default()
    };
    has_point.then(|| cut::accuracies(&chart, COMPARABLE).unwrap_or(chart))
}
