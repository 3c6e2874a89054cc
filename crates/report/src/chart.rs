//! Draws curves over a common axis.

use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::font;

/// Size of a picture in the units of its SVG; its PNG has twice as many pixels each way.
const SIZE: (u32, u32) = (900, 520);
const PNG_SCALE: u32 = 2;
/// With more points than this, markers would run into each other.
const MOST_MARKERS: usize = 30;

const INK: RGBColor = RGBColor(32, 32, 36);
const QUIET_INK: RGBColor = RGBColor(95, 95, 102);
const GRID: RGBColor = RGBColor(226, 226, 230);

/// A picture of one or more curves.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// Of what.
    pub subtitle: String,
    /// What lies along the horizontal axis: whole numbers.
    pub x_name: String,
    /// What lies along the vertical axis.
    pub y_name: String,
    /// At least one.
    pub curves: Vec<Curve>,
    /// A point to be marked, and its name in the legend.
    pub highlight: Option<(String, f64, f64)>,
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
    /// At least one, in order.
    pub points: Vec<(f64, f64)>,
}

/// The sign at the points of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// A disc.
    Circle,
    /// A square.
    Square,
}

type Area<'a, DB> = DrawingArea<DB, Shift>;
type Drawn<T = ()> = Result<T, String>;

impl Chart {
    /// The picture as SVG, its font included.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn svg(&self) -> Drawn<String> {
        let mut text = String::new();
        self.draw(&SVGBackend::with_string(&mut text, SIZE).into_drawing_area(), 1)?;
        // Right behind the opening tag.
        let body = text.find("<svg").and_then(|tag| text[tag..].find('>').map(|end| tag + end + 1)).unwrap_or(0);
        text.insert_str(body, &font::css());
        Ok(text)
    }

    /// The picture as PNG.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn png(&self) -> Drawn<Vec<u8>> {
        let (width, height) = (SIZE.0 * PNG_SCALE, SIZE.1 * PNG_SCALE);
        let mut pixels = vec![255; (width * height * 3) as usize];
        self.draw(&BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area(), PNG_SCALE)?;
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().map_err(told)?;
        writer.write_image_data(&pixels).map_err(told)?;
        writer.finish().map_err(told)?;
        Ok(file)
    }

    fn draw<DB: DrawingBackend>(&self, root: &Area<DB>, scale: u32) -> Drawn {
        if !font::register() {
            return Err("the font is damaged".to_owned());
        }
        let pen = Pen { root, scale };
        root.fill(&WHITE).map_err(told)?;
        let (head, body) = root.split_vertically(pen.px(92));
        self.draw_head(&pen, &head)?;
        self.draw_body(&pen, &body)?;
        root.present().map_err(told)
    }

    /// Title, subtitle, and the legend below them.
    fn draw_head<DB: DrawingBackend>(&self, pen: &Pen<DB>, head: &Area<DB>) -> Drawn {
        pen.write(&self.title, pen.bold(19, INK), (pen.px(22), pen.px(24)))?;
        pen.write(&self.subtitle, pen.text(13, QUIET_INK), (pen.px(22), pen.px(47)))?;

        let (mut x, y) = (pen.px(22), pen.px(74));
        let style = pen.text(13, INK);
        for curve in &self.curves {
            pen.line(vec![(x, y), (x + pen.px(30), y)], curve.color)?;
            pen.marker(curve.marker, (x + pen.px(15), y), curve.color)?;
            pen.write(&curve.name, style.clone(), (x + pen.px(38), y))?;
            let (width, _) = head.estimate_text_size(&curve.name, &style).map_err(told)?;
            x += pen.px(38 + 26) + width as i32;
        }
        if let Some((name, ..)) = &self.highlight {
            pen.ring((x + pen.px(8), y))?;
            pen.write(name, style, (x + pen.px(24), y))?;
        }
        Ok(())
    }

    /// The axes, the curves, and the highlight.
    fn draw_body<DB: DrawingBackend>(&self, pen: &Pen<DB>, body: &Area<DB>) -> Drawn {
        let (x, y) = self.ranges();
        let mut plot = ChartBuilder::on(body)
            .margin_top(pen.px(6))
            .margin_right(pen.px(26))
            .margin_bottom(pen.px(10))
            .margin_left(pen.px(8))
            .x_label_area_size(pen.px(46))
            .y_label_area_size(pen.px(66))
            .build_cartesian_2d(x.0..x.1, y.0..y.1)
            .map_err(told)?;
        plot.configure_mesh()
            .disable_x_mesh()
            .bold_line_style(pen.stroke(GRID, 1))
            .light_line_style(TRANSPARENT)
            .axis_style(pen.stroke(QUIET_INK, 1))
            .x_labels(12)
            .y_labels(8)
            .x_label_formatter(&|x| if x.fract() == 0.0 { format!("{x}") } else { String::new() })
            .y_label_formatter(&|value| label(*value, y.1 - y.0))
            .label_style(pen.text(13, QUIET_INK))
            .axis_desc_style(pen.text(14, INK))
            .x_desc(&self.x_name)
            .y_desc(&self.y_name)
            .draw()
            .map_err(told)?;

        let place = |point: &(f64, f64)| plot.plotting_area().map_coordinate(point);
        for curve in &self.curves {
            let places: Vec<_> = curve.points.iter().map(place).collect();
            pen.line(places.clone(), curve.color)?;
            if places.len() <= MOST_MARKERS {
                places.into_iter().try_for_each(|place| pen.marker(curve.marker, place, curve.color))?;
            }
        }
        match &self.highlight {
            Some((_, x, y)) => pen.ring(place(&(*x, *y))),
            None => Ok(()),
        }
    }

    /// What the axes span: every point, and some air.
    fn ranges(&self) -> ((f64, f64), (f64, f64)) {
        let points = || self.curves.iter().flat_map(|curve| curve.points.iter());
        let span = |values: &mut dyn Iterator<Item = f64>| {
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
        };
        let x = span(&mut points().map(|point| point.0));
        let y = span(&mut points().map(|point| point.1));
        let air = |(low, high): (f64, f64), part: f64, least: f64| {
            let air = ((high - low) * part).max(least);
            (low - air, high + air)
        };
        (air(x, 0.02, 0.1), air(y, 0.06, 0.002))
    }
}

/// A value on an axis of this extent, with as many decimals as its steps need.
fn label(value: f64, extent: f64) -> String {
    let decimals = (1.0 - extent.log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{value:.decimals$}")
}

/// Draws in the units of the picture's SVG, whatever the resolution.
struct Pen<'a, DB: DrawingBackend> {
    root: &'a Area<'a, DB>,
    scale: u32,
}

impl<DB: DrawingBackend> Pen<'_, DB> {
    fn px(&self, length: i32) -> i32 {
        length * self.scale as i32
    }

    fn text(&self, size: i32, color: RGBColor) -> TextStyle<'static> {
        (font::FAMILY, self.px(size)).into_font().color(&color)
    }

    fn bold(&self, size: i32, color: RGBColor) -> TextStyle<'static> {
        let family = FontFamily::Name(font::FAMILY);
        FontDesc::new(family, f64::from(self.px(size)), FontStyle::Bold).color(&color)
    }

    fn stroke(&self, color: RGBColor, width: u32) -> ShapeStyle {
        color.stroke_width(width * self.scale)
    }

    fn write(&self, text: &str, style: TextStyle<'_>, place: (i32, i32)) -> Drawn {
        let style = style.pos(Pos::new(HPos::Left, VPos::Center));
        self.root.draw(&Text::new(text.to_owned(), place, style)).map_err(told)
    }

    fn line(&self, places: Vec<(i32, i32)>, color: RGBColor) -> Drawn {
        self.root.draw(&PathElement::new(places, self.stroke(color, 2))).map_err(told)
    }

    fn marker(&self, marker: Marker, (x, y): (i32, i32), color: RGBColor) -> Drawn {
        let half = self.px(4);
        match marker {
            Marker::Circle => self.root.draw(&Circle::new((x, y), half, color.filled())),
            Marker::Square => {
                self.root.draw(&Rectangle::new([(x - half, y - half), (x + half, y + half)], color.filled()))
            }
        }
        .map_err(told)
    }

    fn ring(&self, center: (i32, i32)) -> Drawn {
        self.root.draw(&Circle::new(center, self.px(9), self.stroke(INK, 2))).map_err(told)
    }
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}
