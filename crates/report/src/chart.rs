//! Charts: curves over common axes.

mod curve;
mod frame;

use plotters::prelude::*;

pub use plotters::style::RGBColor;

pub use crate::canvas::Marker;
use crate::{
    axis::{Axis, Tick},
    canvas::{CENTER, Canvas, Drawn, INK, LEFT, QUIET_INK, RIGHT},
    picture::Draw,
};
use curve::CurveDrawing;
use frame::Frame;

const GRID: RGBColor = RGBColor(226, 226, 230);

/// A picture of one or more curves.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// The title.
    pub title: String,
    /// The subtitle; may be empty.
    pub subtitle: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The curves; at least one point in all.
    pub curves: Vec<Curve>,
    /// Its size.
    pub size: Size,
}

/// The size of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Size {
    /// With title, legend and axis names: 900 by 520 units of an SVG.
    #[default]
    Full,
    /// One of many, with a title and numbers at its axes: 290 by 190 units.
    Small,
}

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

/// Lengths of a picture, in the units of its SVG.
struct Layout {
    width: i32,
    height: i32,
    title: i32,
    label: i32,
    left: i32,
    right: i32,
    bottom: i32,
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

impl Size {
    fn layout(self) -> Layout {
        let (width, height) = self.pixels();
        let [title, label, left, right, bottom] = match self {
            Self::Full => [19, 13, 78, 26, 62],
            Self::Small => [13, 12, 42, 10, 24],
        };
        Layout { width: width as i32, height: height as i32, title, label, left, right, bottom }
    }

    /// Width and height in the units of an SVG.
    pub(crate) fn pixels(self) -> (u32, u32) {
        match self {
            Self::Full => (900, 520),
            Self::Small => (290, 190),
        }
    }
}

impl Draw for Chart {
    fn size(&self) -> (u32, u32) {
        self.size.pixels()
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Drawn {
        let layout = self.size.layout();
        let top = self.draw_head(canvas, &layout)?;
        let frame = Frame::of(self, &layout, top);
        self.draw_axes(canvas, &layout, &frame)?;
        let mut curves = self.curves.iter();
        curves.try_for_each(|curve| CurveDrawing { curve, canvas, frame: &frame }.draw(self.size))
    }
}

impl Chart {
    /// Draws title, subtitle and legend, and returns the top of the plot.
    fn draw_head<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, layout: &Layout) -> Drawn<i32> {
        if self.size == Size::Small {
            canvas.write(&self.title, canvas.bold(layout.title, INK), (8, 12), LEFT)?;
            canvas.write(&self.subtitle, canvas.text(layout.label, QUIET_INK), (8, 27), LEFT)?;
            return Ok(if self.subtitle.is_empty() { 26 } else { 41 });
        }
        canvas.write(&self.title, canvas.bold(layout.title, INK), (22, 24), LEFT)?;
        canvas.write(&self.subtitle, canvas.text(layout.label, QUIET_INK), (22, 47), LEFT)?;
        let style = canvas.text(layout.label, INK);
        let (mut x, mut y) = (22, if self.subtitle.is_empty() { 50 } else { 74 });
        for Curve { name, look: Look { color, marker, lines }, .. } in &self.curves {
            let has_line = *lines != Lines::None;
            let (middle, symbol) = if has_line { (15, 38) } else { (8, 24) };
            let width = symbol + canvas.width(name, &style)?;
            if x + width > layout.width - layout.right {
                (x, y) = (22, y + 22);
            }
            if has_line {
                canvas.line(vec![(x, y), (x + 30, y)], *color, 2)?;
            }
            canvas.marker(*marker, (x + middle, y), *color, 4)?;
            canvas.write(name, style.clone(), (x + symbol, y), LEFT)?;
            x += width + 26;
        }
        Ok(y + 24)
    }

    fn draw_axes<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        layout: &Layout,
        frame: &Frame,
    ) -> Drawn {
        let style = canvas.text(layout.label, QUIET_INK);
        let (left, right, top, bottom) = (frame.left, frame.right, frame.top, frame.bottom);
        for Tick { at, label } in self.y.ticks(frame.y_range, 6) {
            let (_, y) = frame.place((frame.x_range.0, at));
            canvas.line(vec![(left, y), (right, y)], GRID, 1)?;
            canvas.write(&label, style.clone(), (left - 7, y), RIGHT)?;
        }
        // Labels that would touch the one before are left out.
        let mut free = i32::MIN;
        for Tick { at, label } in
            self.x.ticks(frame.x_range, if self.size == Size::Full { 12 } else { 5 })
        {
            let (x, _) = frame.place((at, frame.y_range.0));
            let half = canvas.width(&label, &style)? / 2;
            canvas.line(vec![(x, bottom), (x, bottom + 4)], QUIET_INK, 1)?;
            if x - half > free {
                canvas.write(&label, style.clone(), (x, bottom + 6 + layout.label / 2), CENTER)?;
                free = x + half + 6;
            }
        }
        canvas.line(vec![(left, top), (left, bottom), (right, bottom)], QUIET_INK, 1)?;
        if self.size == Size::Full {
            let style = canvas.text(14, INK);
            canvas.write(&self.x.name, style.clone(), ((left + right) / 2, bottom + 44), CENTER)?;
            canvas.write_upwards(&self.y.name, style, (20, (top + bottom) / 2))?;
        }
        Ok(())
    }
}
