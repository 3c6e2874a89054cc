//! Charts of final accuracies: means with error bars.

use study::stats::Sample;

use super::cut;
use crate::{
    axis::{Axis, Scale},
    chart::{Chart, Curve, Lines, Look, Point},
};

/// The part of the axis between the error bars of two curves.
const DODGE: f64 = 0.008;

/// A curve through means from left to right, with the 95 % interval of each mean as its bar.
pub(super) fn curve(
    name: String,
    look: Look,
    samples: impl IntoIterator<Item = (f64, Option<Sample>)>,
) -> Curve {
    let point = |(x, sample): (f64, Option<Sample>)| {
        let sample = sample?;
        let margin = sample.margin().unwrap_or(0.0);
        Some(Point { x, y: sample.mean, spread: (sample.mean - margin, sample.mean + margin) })
    };
    let mut points: Vec<Point> = samples.into_iter().filter_map(point).collect();
    points.sort_by(|a, b| a.x.total_cmp(&b.x));
    Curve::new(name, look.with(Lines::Bars), points)
}

/// The chart of such curves, from just below the lowest compared accuracy on; none without a point.
pub(super) fn chart(
    title: String,
    x: Axis,
    y: &str,
    lowest: Option<f64>,
    mut curves: Vec<Curve>,
) -> Option<Chart> {
    let has_point = curves.iter().any(|curve| !curve.points.is_empty());
    dodge(&mut curves, x.scale);
    let chart = Chart {
        title,
        subtitle: "mean over seeds with its 95 % interval, of the levels that lost no seed"
            .to_owned(),
        x,
        y: Axis::linear(y),
        curves,
        ..Chart::default()
    };
    let cut = lowest.and_then(|lowest| cut::accuracies(&chart, lowest));
    has_point.then(|| cut.unwrap_or(chart))
}

/// Moves the curves a little apart along the axis, so that no error bar hides another.
fn dodge(curves: &mut [Curve], scale: Scale) {
    let place = |x: f64| if scale == Scale::Linear { x } else { x.ln() };
    let places = curves.iter().flat_map(|curve| &curve.points).map(|point| place(point.x));
    let Some(span) = Sample::of(&places.collect::<Vec<_>>()) else { return };
    let middle = (curves.len() - 1) as f64 / 2.0;
    for (number, curve) in curves.iter_mut().enumerate() {
        let shift = (number as f64 - middle) * DODGE * (span.high - span.low);
        for point in &mut curve.points {
            point.x = if scale == Scale::Linear { point.x + shift } else { point.x * shift.exp() };
        }
    }
}
