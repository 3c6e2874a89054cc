//! Curves: their points, their look, and their drawing.

use plotters::{prelude::DrawingBackend, style::RGBColor};

use super::{Size, frame::Frame};
use crate::canvas::{Canvas, Drawn, Marker};

/// With more points than this, markers would overlap.
const MOST_MARKERS: usize = 30;

/// A curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Its name in the legend.
    pub name: String,
    /// Its look.
    pub look: Look,
    /// Its points in order; values outside the limits of the axis are not drawn.
    pub points: Vec<Point>,
}

/// The look of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The colour.
    pub color: RGBColor,
    /// The marker at each point, for readers who cannot distinguish colours.
    pub marker: Marker,
    /// What is drawn besides the markers.
    pub lines: Lines,
}

/// The lines of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// None: points alone.
    None,
    /// A line through the points.
    Line,
    /// The same, in the band of the spreads.
    Band,
    /// The same, with the spread of each point as an error bar.
    Bars,
}

/// A point of a curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Its value along the horizontal axis.
    pub x: f64,
    /// Its value along the vertical axis.
    pub y: f64,
    /// The spread of repetitions around it, low and high; without repetitions, twice `y`.
    pub spread: (f64, f64),
}

impl Curve {
    /// A curve through these points.
    pub fn new<P: Into<Point>>(
        name: impl Into<String>,
        look: Look,
        points: impl IntoIterator<Item = P>,
    ) -> Self {
        Self { name: name.into(), look, points: points.into_iter().map(P::into).collect() }
    }
}

impl Look {
    /// A line through markers.
    pub const fn line(color: RGBColor, marker: Marker) -> Self {
        Self { color, marker, lines: Lines::Line }
    }

    /// The same colour and marker with other lines.
    #[must_use]
    pub const fn with(self, lines: Lines) -> Self {
        Self { lines, ..self }
    }
}

impl From<(f64, f64)> for Point {
    fn from((x, y): (f64, f64)) -> Self {
        Self { x, y, spread: (y, y) }
    }
}

/// A curve, and the plot onto which it is drawn. Values out of range are not drawn: at the edge,
/// they would seem to lie there.
pub(super) struct CurveDrawing<'a, DB: DrawingBackend> {
    pub(super) curve: &'a Curve,
    pub(super) canvas: &'a Canvas<DB>,
    pub(super) frame: &'a Frame<'a>,
}

impl<DB: DrawingBackend> CurveDrawing<'_, DB> {
    pub(super) fn draw(&self, size: Size) -> Drawn {
        let (width, radius) = if size == Size::Small { (1, 2) } else { (2, 4) };
        let Look { color, marker, lines } = self.curve.look;
        match lines {
            Lines::None | Lines::Line => {}
            Lines::Band => self.draw_band()?,
            Lines::Bars => self.draw_bars()?,
        }
        let points: Vec<(f64, f64)> = self.along(|point| point.y).collect();
        if lines != Lines::None {
            self.draw_line(&points, width)?;
        }
        let places: Vec<(i32, i32)> = self.places(&points).collect();
        if places.len() > MOST_MARKERS {
            return Ok(());
        }
        places.into_iter().try_for_each(|place| self.canvas.marker(marker, place, color, radius))
    }

    /// A value of each point, along the curve.
    fn along(&self, value: fn(&Point) -> f64) -> impl Iterator<Item = (f64, f64)> {
        self.curve.points.iter().map(move |point| (point.x, value(point)))
    }

    fn draw_band(&self) -> Drawn {
        let lower = self.frame.with_edges(self.along(|point| point.spread.0));
        let upper = self.frame.with_edges(self.along(|point| point.spread.1));
        let around = lower.into_iter().chain(upper.into_iter().rev());
        let outline = around.map(|part| self.frame.pixel(part)).collect();
        self.canvas.area(outline, self.curve.look.color)
    }

    fn draw_bars(&self) -> Drawn {
        for Point { x, spread: (low, high), .. } in &self.curve.points {
            let ends = [(*x, *low), (*x, *high)];
            self.draw_line(&ends, 1)?;
            for (x, y) in self.places(&ends) {
                self.canvas.line(vec![(x - 4, y), (x + 4, y)], self.curve.look.color, 1)?;
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
            self.canvas.line(places, self.curve.look.color, width)
        })
    }

    /// The places of those points that are in range.
    fn places(&self, points: &[(f64, f64)]) -> impl Iterator<Item = (i32, i32)> {
        let visible = points.iter().filter(|point| self.frame.shows(point.1));
        visible.map(|point| self.frame.place(*point))
    }
}
