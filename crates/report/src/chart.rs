//! Draws curves over a common axis.

use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

pub use plotters::style::RGBColor;

pub use crate::canvas::Marker;
use crate::{
    axis::{Axis, Tick},
    canvas::Canvas,
    font, image,
};

/// With more points than this, markers would run into each other.
const MOST_MARKERS: usize = 30;
/// How many times larger a PNG is each way than its SVG.
pub(crate) const PNG_SCALE: u32 = 2;

pub(crate) const INK: RGBColor = RGBColor(32, 32, 36);
const QUIET_INK: RGBColor = RGBColor(95, 95, 102);
const GRID: RGBColor = RGBColor(226, 226, 230);

/// A picture of one or more curves.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// Of what; may be empty.
    pub subtitle: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// At least one point in all.
    pub curves: Vec<Curve>,
    /// A point to be marked, and its name in the legend.
    pub highlight: Option<(String, f64, f64)>,
    /// How large it is.
    pub size: Size,
}

/// The size of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// With title, legend and named axes.
    Full,
    /// One of many: a title, and no more than numbers at its axes.
    Small,
}

/// A curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Its name in the legend.
    pub name: String,
    /// Its colour.
    pub color: RGBColor,
    /// The sign at its points, for readers who do not tell colours apart.
    pub marker: Marker,
    /// In order; values out of the axis's limits are left out.
    pub points: Vec<(f64, f64)>,
    /// How far repetitions lie apart.
    pub spread: Spread,
}

/// How far repetitions lie apart: low and high at each point.
#[derive(Debug, Clone, PartialEq)]
pub enum Spread {
    /// There are none.
    None,
    /// As an area along the curve.
    Band(Vec<(f64, f64)>),
    /// As an error bar at each point.
    Bars(Vec<(f64, f64)>),
}

impl Spread {
    /// Where it begins and ends at each point.
    pub(crate) fn extremes(&self) -> &[(f64, f64)] {
        match self {
            Self::None => &[],
            Self::Band(extremes) | Self::Bars(extremes) => extremes,
        }
    }
}

/// Lengths of a picture, in the units of its SVG.
struct Layout {
    width: u32,
    height: u32,
    title: i32,
    label: i32,
    left: i32,
    right: i32,
    bottom: i32,
}

impl Size {
    fn layout(self) -> Layout {
        match self {
            Self::Full => Layout {
                width: 900,
                height: 520,
                title: 19,
                label: 13,
                left: 78,
                right: 26,
                bottom: 62,
            },
            Self::Small => Layout {
                width: 290,
                height: 190,
                title: 13,
                label: 12,
                left: 42,
                right: 10,
                bottom: 24,
            },
        }
    }

    /// Width and height as PNG.
    pub(crate) fn pixels(self) -> (u32, u32) {
        let layout = self.layout();
        (layout.width * PNG_SCALE, layout.height * PNG_SCALE)
    }
}

type Drawn<T = ()> = Result<T, String>;
type Root<'a, DB> = DrawingArea<DB, Shift>;

impl Chart {
    /// The picture as SVG, its font included: a file of its own.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn svg(&self) -> Drawn<String> {
        let mut text = self.bare_svg()?;
        // Right behind the opening tag.
        let body = text
            .find("<svg")
            .and_then(|tag| text[tag..].find('>').map(|end| tag + end + 1))
            .unwrap_or(0);
        text.insert_str(body, &font::style());
        Ok(text)
    }

    /// The picture as SVG without its font: for a page that has the font.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn bare_svg(&self) -> Drawn<String> {
        let Layout { width, height, .. } = self.size.layout();
        let mut text = String::new();
        self.draw(&SVGBackend::with_string(&mut text, (width, height)).into_drawing_area(), 1)?;
        Ok(text)
    }

    /// The picture as PNG.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn png(&self) -> Drawn<Vec<u8>> {
        let (width, height) = self.size.pixels();
        let mut pixels = vec![255; (width * height * 3) as usize];
        self.draw(
            &BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area(),
            PNG_SCALE,
        )?;
        image::png(&pixels, (width, height), png::ColorType::Rgb)
    }

    /// Draws the picture into this area, so many times as large as its SVG.
    pub(crate) fn draw<DB: DrawingBackend>(&self, root: &Root<DB>, scale: u32) -> Drawn {
        if !font::register() {
            return Err("the font is damaged".to_owned());
        }
        let canvas = Canvas { root, scale };
        root.fill(&WHITE).map_err(|error| error.to_string())?;
        let layout = self.size.layout();
        let top = self.draw_head(&canvas, &layout)?;
        let frame = Frame::of(self, &layout, top);
        self.draw_axes(&canvas, &layout, &frame)?;
        for curve in &self.curves {
            draw_curve(curve, &canvas, &frame, self.size)?;
        }
        if let Some((_, x, y)) = &self.highlight {
            canvas.ring(frame.place((*x, *y)), INK)?;
        }
        root.present().map_err(|error| error.to_string())
    }

    /// Title, subtitle and legend; gives where the plot may begin.
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
            if x + width > layout.width as i32 - layout.right {
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

const LEFT: Pos = Pos { h_pos: HPos::Left, v_pos: VPos::Center };
const CENTER: Pos = Pos { h_pos: HPos::Center, v_pos: VPos::Center };
const RIGHT: Pos = Pos { h_pos: HPos::Right, v_pos: VPos::Center };

fn draw_curve<DB: DrawingBackend>(
    curve: &Curve,
    canvas: &Canvas<DB>,
    frame: &Frame,
    size: Size,
) -> Drawn {
    // Out of range, nothing is drawn: at the edge, it would seem to be there.
    let is_shown = |point: &&(f64, f64)| frame.shows(point.1);
    let spreads = || {
        curve
            .points
            .iter()
            .zip(curve.spread.extremes())
            .map(|(point, (low, high))| (point.0, *low, *high))
    };
    match &curve.spread {
        Spread::None => {}
        Spread::Band(_) => {
            let lower = frame.with_edges(spreads().map(|(x, low, _)| (x, low)));
            let upper = frame.with_edges(spreads().map(|(x, _, high)| (x, high)));
            let around = lower.into_iter().chain(upper.into_iter().rev());
            canvas.area(around.map(|part| frame.pixel(part)).collect(), curve.color)?;
        }
        Spread::Bars(_) => {
            for (x, low, high) in spreads() {
                draw_line(&[(x, low), (x, high)], curve.color, 1, canvas, frame)?;
                for (x, y) in
                    [(x, low), (x, high)].iter().filter(is_shown).map(|end| frame.place(*end))
                {
                    canvas.line(vec![(x - 4, y), (x + 4, y)], curve.color, 1)?;
                }
            }
        }
    }
    draw_line(&curve.points, curve.color, if size == Size::Full { 2 } else { 1 }, canvas, frame)?;
    let places: Vec<_> =
        curve.points.iter().filter(is_shown).map(|point| frame.place(*point)).collect();
    if places.len() <= MOST_MARKERS {
        let radius = if size == Size::Full { 4 } else { 2 };
        places
            .into_iter()
            .try_for_each(|place| canvas.marker(curve.marker, place, curve.color, radius))?;
    }
    Ok(())
}

/// The line that joins these points, as far as it is in the range.
fn draw_line<DB: DrawingBackend>(
    points: &[(f64, f64)],
    color: RGBColor,
    width: u32,
    canvas: &Canvas<DB>,
    frame: &Frame,
) -> Drawn {
    let parts = frame.with_edges(points.iter().copied());
    for visible in
        parts.split(|(_, y)| !(0.0..=1.0).contains(y)).filter(|visible| visible.len() > 1)
    {
        canvas.line(visible.iter().map(|part| frame.pixel(*part)).collect(), color, width)?;
    }
    Ok(())
}

/// Where the plot is, and what it spans.
struct Frame {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
    x_range: (f64, f64),
    y_range: (f64, f64),
    x: Axis,
    y: Axis,
}

impl Frame {
    fn of(chart: &Chart, layout: &Layout, top: i32) -> Self {
        let points = || chart.curves.iter().flat_map(|curve| curve.points.iter());
        let spreads = chart
            .curves
            .iter()
            .flat_map(|curve| curve.spread.extremes().iter().flat_map(|(low, high)| [*low, *high]));
        let x_range = chart.x.range(&mut points().map(|point| point.0), 0.02);
        let y_range = chart.y.range(&mut points().map(|point| point.1).chain(spreads), 0.06);
        Self {
            left: layout.left,
            right: layout.width as i32 - layout.right,
            top,
            bottom: layout.height as i32 - layout.bottom,
            x_range,
            y_range,
            x: chart.x.clone(),
            y: chart.y.clone(),
        }
    }

    /// Whether a value is in the range of the vertical axis.
    fn shows(&self, y: f64) -> bool {
        (0.0..=1.0).contains(&self.y.part(y, self.y_range))
    }

    /// Where a point is in the picture.
    fn place(&self, point: (f64, f64)) -> (i32, i32) {
        self.pixel(self.parts(point))
    }

    /// Where a point is along both axes: from 0 to 1 in the range.
    fn parts(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.x.part(x, self.x_range), self.y.part(y, self.y_range))
    }

    /// What is there; of what is out of range, the edge.
    fn pixel(&self, (x, y): (f64, f64)) -> (i32, i32) {
        let along = |part: f64, from: i32, to: i32| {
            from + (part.clamp(0.0, 1.0) * f64::from(to - from)).round() as i32
        };
        (along(x, self.left, self.right), along(y, self.bottom, self.top))
    }

    /// Where these points are along both axes, and in between, where the line that joins them
    /// crosses an edge of the range.
    fn with_edges(&self, points: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
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
