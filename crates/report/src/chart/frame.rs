//! The plot of a chart: from values to places in the picture.

use super::{Chart, Layout, Point};
use crate::axis::Axis;

/// The plot of a chart: its place in the picture, and the ranges of its axes.
pub(super) struct Frame {
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
    pub(super) x_range: (f64, f64),
    pub(super) y_range: (f64, f64),
    x: Axis,
    y: Axis,
}

impl Frame {
    pub(super) fn of(chart: &Chart, layout: &Layout, top: i32) -> Self {
        let points = || chart.curves.iter().flat_map(|curve| &curve.points);
        let ys = |point: &Point| [point.y, point.spread.0, point.spread.1];
        let x_range = chart.x.range(points().map(|point| point.x), 0.02);
        let y_range = chart.y.range(points().flat_map(ys), 0.06);
        Self {
            left: layout.left,
            right: layout.width - layout.right,
            top,
            bottom: layout.height - layout.bottom,
            x_range,
            y_range,
            x: chart.x.clone(),
            y: chart.y.clone(),
        }
    }

    /// Whether a value is in the range of the vertical axis.
    pub(super) fn shows(&self, y: f64) -> bool {
        (0.0..=1.0).contains(&self.y.part(y, self.y_range))
    }

    /// The place of a point in the picture.
    pub(super) fn place(&self, point: (f64, f64)) -> (i32, i32) {
        self.pixel(self.parts(point))
    }

    /// A point as fractions of both ranges, from 0 to 1 in range.
    fn parts(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.x.part(x, self.x_range), self.y.part(y, self.y_range))
    }

    /// The place of fractions; of those out of range, the nearest edge.
    pub(super) fn pixel(&self, (x, y): (f64, f64)) -> (i32, i32) {
        let along = |part: f64, from: i32, to: i32| {
            from + (part.clamp(0.0, 1.0) * f64::from(to - from)).round() as i32
        };
        (along(x, self.left, self.right), along(y, self.bottom, self.top))
    }

    /// The points as fractions, and between them the points where the line crosses an edge of the
    /// vertical range.
    pub(super) fn with_edges(&self, points: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
        let mut all = Vec::new();
        let mut before: Option<(f64, f64)> = None;
        for point in points.map(|point| self.parts(point)) {
            if let Some(before) = before {
                let edges = if before.1 < point.1 { [0.0, 1.0] } else { [1.0, 0.0] };
                let reached = edges.map(|edge| ((edge - before.1) / (point.1 - before.1), edge));
                let crossed = reached.into_iter().filter(|(part, _)| 0.0 < *part && *part < 1.0);
                all.extend(
                    crossed.map(|(part, edge)| (before.0 + part * (point.0 - before.0), edge)),
                );
            }
            all.push(point);
            before = Some(point);
        }
        all
    }
}
