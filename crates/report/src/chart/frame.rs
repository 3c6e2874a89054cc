//! The plot of a chart: from values to places in the picture.

use super::{Chart, Layout, Point};

/// The plot of a chart: its place in the picture, and the ranges of its axes.
pub(super) struct Frame<'a> {
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
    pub(super) x_range: (f64, f64),
    pub(super) y_range: (f64, f64),
    chart: &'a Chart,
}

impl<'a> Frame<'a> {
    pub(super) fn of(chart: &'a Chart, layout: &Layout, top: i32) -> Self {
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
            chart,
        }
    }

    /// Whether a value is in the range of the vertical axis.
    pub(super) fn shows(&self, y: f64) -> bool {
        (0.0..=1.0).contains(&self.chart.y.part(y, self.y_range))
    }

    /// The place of a point in the picture.
    pub(super) fn place(&self, point: (f64, f64)) -> (i32, i32) {
        self.pixel(self.parts(point))
    }

    /// A point as fractions of both ranges, from 0 to 1 in range.
    fn parts(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.chart.x.part(x, self.x_range), self.chart.y.part(y, self.y_range))
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
        let mut all: Vec<(f64, f64)> = Vec::new();
        for (x, y) in points.map(|point| self.parts(point)) {
            if let Some((x0, y0)) = all.last().copied() {
                let edges = if y0 < y { [0.0, 1.0] } else { [1.0, 0.0] };
                let reached = edges.map(|edge| ((edge - y0) / (y - y0), edge));
                let crossed = reached.into_iter().filter(|(part, _)| 0.0 < *part && *part < 1.0);
                all.extend(crossed.map(|(part, edge)| (x0 + part * (x - x0), edge)));
            }
            all.push((x, y));
        }
        all
    }
}
