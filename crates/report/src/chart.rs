//! Charts: curves over common axes.

mod curve;
mod frame;

use plotters::prelude::*;

pub use plotters::style::RGBColor;

pub use crate::canvas::Marker;
use crate::{
    axis::{Axis, Tick},
    canvas::{self, CENTER, Canvas, Drawn, INK, LEFT, QUIET_INK, RIGHT},
    font,
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
    /// A marked point, and its name in the legend.
    pub highlight: Option<(String, f64, f64)>,
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
    /// Its colour.
    pub color: RGBColor,
    /// The marker at its points, for readers who cannot distinguish colours.
    pub marker: Marker,
    /// Its points in order; values outside the limits of the axis are not drawn.
    pub points: Vec<(f64, f64)>,
    /// The spread of repetitions.
    pub spread: Spread,
}

/// The spread of repetitions: low and high at each point.
#[derive(Debug, Clone, PartialEq)]
pub enum Spread {
    /// No repetitions.
    None,
    /// An area along the curve.
    Band(Vec<(f64, f64)>),
    /// An error bar at each point.
    Bars(Vec<(f64, f64)>),
}

impl Spread {
    /// Low and high at each point.
    pub(crate) fn extremes(&self) -> &[(f64, f64)] {
        match self {
            Self::None => &[],
            Self::Band(extremes) | Self::Bars(extremes) => extremes,
        }
    }
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
    /// A curve without spread.
    pub fn new(
        name: impl Into<String>,
        (color, marker): (RGBColor, Marker),
        points: Vec<(f64, f64)>,
    ) -> Self {
        Self { name: name.into(), color, marker, points, spread: Spread::None }
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

impl Chart {
    /// The picture as SVG, its font included: a file of its own.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn svg(&self) -> Drawn<String> {
        let mut text = self.bare_svg()?;
        // Right behind the opening tag, which comes first.
        let body = text.find('>').map_or(0, |end| end + 1);
        text.insert_str(body, &font::style());
        Ok(text)
    }

    /// The picture as SVG without its font, for a page with the font.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn bare_svg(&self) -> Drawn<String> {
        canvas::svg(self.size.pixels(), |canvas| self.draw(canvas))
    }

    /// The picture as PNG.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn png(&self) -> Drawn<Vec<u8>> {
        canvas::png(self.size.pixels(), |canvas| self.draw(canvas))
    }

    /// Draws the picture onto an empty canvas.
    pub(crate) fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Drawn {
        let layout = self.size.layout();
        let top = self.draw_head(canvas, &layout)?;
        let frame = Frame::of(self, &layout, top);
        self.draw_axes(canvas, &layout, &frame)?;
        for curve in &self.curves {
            CurveDrawing { curve, canvas, frame: &frame }.draw(self.size)?;
        }
        match self.highlight {
            Some((_, x, y)) => canvas.ring(frame.place((x, y)), INK),
            None => Ok(()),
        }
    }

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
        for curve in &self.curves {
            let width = 38 + canvas.width(&curve.name, &style)?;
            if x + width > layout.width - layout.right {
                (x, y) = (22, y + 22);
            }
            canvas.line(vec![(x, y), (x + 30, y)], curve.color, 2)?;
            canvas.marker(curve.marker, (x + 15, y), curve.color, 4)?;
            canvas.write(&curve.name, style.clone(), (x + 38, y), LEFT)?;
            x += width + 26;
        }
        if let Some((name, ..)) = &self.highlight {
            canvas.ring((x + 8, y), INK)?;
            canvas.write(name, style, (x + 24, y), LEFT)?;
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
