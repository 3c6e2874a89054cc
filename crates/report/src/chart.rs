//! Charts: curves over common axes.

mod curve;
mod frame;

use plotters::prelude::{DrawingBackend, TextStyle};
pub use plotters::style::RGBColor;

pub use crate::canvas::Marker;
use crate::{
    axis::{Axis, Tick},
    canvas::{CENTER, Canvas, Drawn, INK, LEFT, QUIET_INK, RIGHT},
    picture::Draw,
};
use curve::CurveDrawing;
pub use curve::{Curve, Lines, Look, Point};
use frame::Frame;

/// The most ticks of the vertical axis, about.
const Y_TICKS: usize = 6;
/// The gap between the vertical axis and its labels, in the units of an SVG.
const TICK_GAP: i32 = 7;
/// The middle of the name of the vertical axis, from the left.
const NAME: i32 = 18;

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
    /// With title, legend and axis names: 900 by 480 units of an SVG.
    #[default]
    Full,
    /// The same for the screen of a phone: 360 by 400 units.
    Narrow,
    /// One of many, with a title and numbers at its axes: 290 by 190 units.
    Small,
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

impl Size {
    fn layout(self) -> Layout {
        let [width, height, title, label, left, right, bottom] = match self {
            Self::Full => [900, 480, 19, 13, 78, 26, 62],
            Self::Narrow => [360, 400, 16, 13, 58, 12, 58],
            Self::Small => [290, 190, 13, 12, 42, 10, 24],
        };
        Layout { width, height, title, label, left, right, bottom }
    }

    /// Width and height in the units of an SVG.
    pub(crate) fn pixels(self) -> (u32, u32) {
        let Layout { width, height, .. } = self.layout();
        (width as u32, height as u32)
    }
}

impl Draw for Chart {
    fn size(&self) -> (u32, u32) {
        self.size.pixels()
    }

    fn narrow(&self) -> Option<Self> {
        (self.size == Size::Full).then(|| Self { size: Size::Narrow, ..self.clone() })
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Drawn {
        let layout = self.size.layout();
        let top = self.draw_head(canvas, &layout)?;
        let mut frame = Frame::of(self, &layout, top);
        frame.left = frame.left.max(self.left_of_plot(canvas, &layout, &frame)?);
        self.draw_axes(canvas, &layout, &frame)?;
        let mut curves = self.curves.iter();
        curves.try_for_each(|curve| CurveDrawing { curve, canvas, frame: &frame }.draw(self.size))
    }
}

impl Chart {
    /// Draws title, subtitle and legend, and returns the top of the plot.
    fn draw_head<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, layout: &Layout) -> Drawn<i32> {
        let (left, top, gap) = match self.size {
            Size::Full => (22, 24, 4),
            Size::Narrow => (12, 24, 4),
            Size::Small => (8, 12, 2),
        };
        let write_lines = |text: &str, style: TextStyle<'static>, top: i32, line: i32| {
            let lines = canvas.wrapped(text, &style, layout.width - left - layout.right)?;
            lines.iter().try_fold(top, |below, text| {
                canvas.write(text, style.clone(), (left, below), LEFT)?;
                Ok::<_, String>(below + line)
            })
        };
        let title = canvas.bold(layout.title, INK);
        let mut below = write_lines(&self.title, title, top, layout.title + gap)?;
        if !self.subtitle.is_empty() {
            let style = canvas.text(layout.label, QUIET_INK);
            below = write_lines(&self.subtitle, style, below, layout.label + 5)?;
        }
        if self.size == Size::Small {
            return Ok(if self.subtitle.is_empty() { below - 1 } else { below - 4 });
        }
        let style = canvas.text(layout.label, INK);
        let (mut x, mut y) = (left, below + if self.subtitle.is_empty() { 3 } else { 9 });
        for Curve { name, look: Look { color, marker, lines }, .. } in &self.curves {
            let has_line = *lines != Lines::None;
            let (middle, symbol) = if has_line { (15, 38) } else { (8, 24) };
            let width = symbol + canvas.width(name, &style)?;
            if x + width > layout.width - layout.right {
                (x, y) = (left, y + 22);
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

    /// The room that the labels of the vertical axis need, and its name.
    fn left_of_plot<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        layout: &Layout,
        frame: &Frame,
    ) -> Drawn<i32> {
        let style = canvas.text(layout.label, QUIET_INK);
        let labels = self.y.ticks(frame.y_range, Y_TICKS).into_iter().map(|tick| tick.label);
        let widths = labels.map(|label| canvas.width(&label, &style));
        let widest = widths.collect::<Result<Vec<_>, _>>()?.into_iter().max().unwrap_or(0);
        let name = if self.size == Size::Small { 0 } else { NAME + 10 };
        Ok(name + widest + TICK_GAP)
    }

    fn draw_axes<DB: DrawingBackend>(
        &self,
        canvas: &Canvas<DB>,
        layout: &Layout,
        frame: &Frame,
    ) -> Drawn {
        let style = canvas.text(layout.label, QUIET_INK);
        let (left, right, top, bottom) = (frame.left, frame.right, frame.top, frame.bottom);
        for Tick { at, label } in self.y.ticks(frame.y_range, Y_TICKS) {
            let (_, y) = frame.place((frame.x_range.0, at));
            canvas.line(vec![(left, y), (right, y)], GRID, 1)?;
            canvas.write(&label, style.clone(), (left - TICK_GAP, y), RIGHT)?;
        }
        // Labels that would touch the one before are left out.
        let mut free = i32::MIN;
        let most = match self.size {
            Size::Full => 12,
            Size::Narrow => 6,
            Size::Small => 5,
        };
        for Tick { at, label } in self.x.ticks(frame.x_range, most) {
            let (x, _) = frame.place((at, frame.y_range.0));
            let half = canvas.width(&label, &style)? / 2;
            canvas.line(vec![(x, bottom), (x, bottom + 4)], QUIET_INK, 1)?;
            if x - half > free {
                canvas.write(&label, style.clone(), (x, bottom + 6 + layout.label / 2), CENTER)?;
                free = x + half + 6;
            }
        }
        canvas.line(vec![(left, top), (left, bottom), (right, bottom)], QUIET_INK, 1)?;
        if self.size != Size::Small {
            let style = canvas.text(14, INK);
            let below = bottom + layout.bottom - 18;
            canvas.write(&self.x.name, style.clone(), ((left + right) / 2, below), CENTER)?;
            canvas.write_upwards(&self.y.name, style, (NAME, (top + bottom) / 2))?;
        }
        Ok(())
    }
}
