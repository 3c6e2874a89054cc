//! The drawing of a curve: its spread, its line and its markers.

use plotters::prelude::DrawingBackend;

use super::{Curve, Size, Spread, frame::Frame};
use crate::canvas::{Canvas, Drawn};

/// With more points than this, markers would overlap.
const MOST_MARKERS: usize = 30;

/// A curve, and the plot onto which it is drawn. Values out of range are not drawn: at the edge,
/// they would seem to lie there.
pub(super) struct CurveDrawing<'a, DB: DrawingBackend> {
    pub(super) curve: &'a Curve,
    pub(super) canvas: &'a Canvas<DB>,
    pub(super) frame: &'a Frame,
}

impl<DB: DrawingBackend> CurveDrawing<'_, DB> {
    pub(super) fn draw(&self, size: Size) -> Drawn {
        let (width, radius) = if size == Size::Full { (2, 4) } else { (1, 2) };
        match &self.curve.spread {
            Spread::None => {}
            Spread::Band(spread) => self.draw_band(spread)?,
            Spread::Bars(spread) => self.draw_bars(spread)?,
        }
        self.draw_line(&self.curve.points, width)?;
        let places: Vec<(i32, i32)> = self.places(&self.curve.points).collect();
        if places.len() > MOST_MARKERS {
            return Ok(());
        }
        let Curve { marker, color, .. } = *self.curve;
        places.into_iter().try_for_each(|place| self.canvas.marker(marker, place, color, radius))
    }

    fn draw_band(&self, spread: &[(f64, f64)]) -> Drawn {
        let points = || self.curve.points.iter().zip(spread);
        let lower = self.frame.with_edges(points().map(|((x, _), (low, _))| (*x, *low)));
        let upper = self.frame.with_edges(points().map(|((x, _), (_, high))| (*x, *high)));
        let around = lower.into_iter().chain(upper.into_iter().rev());
        self.canvas.area(around.map(|part| self.frame.pixel(part)).collect(), self.curve.color)
    }

    fn draw_bars(&self, spread: &[(f64, f64)]) -> Drawn {
        for ((x, _), (low, high)) in self.curve.points.iter().zip(spread) {
            let ends = [(*x, *low), (*x, *high)];
            self.draw_line(&ends, 1)?;
            for (x, y) in self.places(&ends) {
                self.canvas.line(vec![(x - 4, y), (x + 4, y)], self.curve.color, 1)?;
            }
        }
        Ok(())
    }

    /// The line that joins these points, as far as it is in range.
    fn draw_line(&self, points: &[(f64, f64)], width: u32) -> Drawn {
        let parts = self.frame.with_edges(points.iter().copied());
        let visible = parts.split(|(_, y)| !(0.0..=1.0).contains(y)).filter(|part| part.len() > 1);
        visible.into_iter().try_for_each(|visible| {
            let places = visible.iter().map(|part| self.frame.pixel(*part)).collect();
            self.canvas.line(places, self.curve.color, width)
        })
    }

    /// The places of those points that are in range.
    fn places(&self, points: &[(f64, f64)]) -> impl Iterator<Item = (i32, i32)> {
        points
            .iter()
            .filter(|point| self.frame.shows(point.1))
            .map(|point| self.frame.place(*point))
    }
}
