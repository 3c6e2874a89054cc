//! The canvas of every picture: lines, areas, markers and text in the units of an SVG, at any
//! resolution.

use plotters::{
    coord::Shift,
    element::{Drawable, PointCollection},
    prelude::*,
    style::{
        FontTransform,
        text_anchor::{HPos, Pos, VPos},
    },
};

use crate::font;

pub(crate) const INK: RGBColor = RGBColor(32, 32, 36);
pub(crate) const QUIET_INK: RGBColor = RGBColor(95, 95, 102);

pub(crate) const LEFT: Pos = Pos { h_pos: HPos::Left, v_pos: VPos::Center };
pub(crate) const CENTER: Pos = Pos { h_pos: HPos::Center, v_pos: VPos::Center };
pub(crate) const RIGHT: Pos = Pos { h_pos: HPos::Right, v_pos: VPos::Center };

/// The marker at the points of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// A disc.
    Circle,
    /// A square.
    Square,
    /// A triangle.
    Triangle,
    /// A diagonal cross.
    Cross,
    /// A ring around the point.
    Ring,
}

/// A drawing area, with the scale of its pixels to the units of the SVG.
pub(crate) struct Canvas<DB: DrawingBackend> {
    pub(crate) root: DrawingArea<DB, Shift>,
    pub(crate) scale: u32,
}

/// A result, or the error of the drawing library.
pub(crate) type Drawn<T = ()> = Result<T, String>;
/// Right and down from the upper left corner.
type Place = (i32, i32);
type Style = TextStyle<'static>;

impl<DB: DrawingBackend> Canvas<DB> {
    pub(crate) fn text(&self, size: i32, color: RGBColor) -> Style {
        self.font(size, FontStyle::Normal).color(&color)
    }

    pub(crate) fn bold(&self, size: i32, color: RGBColor) -> Style {
        self.font(size, FontStyle::Bold).color(&color)
    }

    fn font(&self, size: i32, style: FontStyle) -> FontDesc<'static> {
        FontDesc::new(FontFamily::Name(font::FAMILY), f64::from(self.px(size)), style)
    }

    pub(crate) fn write(&self, text: &str, style: Style, place: Place, anchor: Pos) -> Drawn {
        self.draw(Text::new(text.to_owned(), self.at(place), style.pos(anchor)))
    }

    /// Writes from bottom to top, around this place.
    pub(crate) fn write_upwards(&self, text: &str, style: Style, place: Place) -> Drawn {
        self.write(text, style.transform(FontTransform::Rotate270), place, CENTER)
    }

    /// The width of a text.
    pub(crate) fn width(&self, text: &str, style: &Style) -> Drawn<i32> {
        let (width, _) =
            self.root.estimate_text_size(text, style).map_err(|error| error.to_string())?;
        Ok((width / self.scale) as i32)
    }

    /// The lines of a text that is broken between words, so that none is wider than this. A single
    /// word may be wider.
    pub(crate) fn wrapped(&self, text: &str, style: &Style, width: i32) -> Drawn<Vec<String>> {
        let mut lines = vec![String::new()];
        for word in text.split(' ') {
            let line = lines.last_mut().filter(|line| !line.is_empty());
            let longer =
                line.as_ref().map_or_else(|| word.to_owned(), |line| format!("{line} {word}"));
            match line {
                Some(_) if self.width(&longer, style)? > width => lines.push(word.to_owned()),
                Some(line) => *line = longer,
                None => lines = vec![longer],
            }
        }
        Ok(lines)
    }

    pub(crate) fn line(&self, places: Vec<Place>, color: RGBColor, width: u32) -> Drawn {
        self.draw(PathElement::new(self.all_at(places), color.stroke_width(width * self.scale)))
    }

    /// A filled rectangle between these corners.
    pub(crate) fn rectangle(&self, from: Place, to: Place, color: RGBColor) -> Drawn {
        self.draw(Rectangle::new([self.at(from), self.at(to)], color.filled()))
    }

    /// A pale area within this outline.
    pub(crate) fn area(&self, outline: Vec<Place>, color: RGBColor) -> Drawn {
        self.draw(Polygon::new(self.all_at(outline), color.mix(0.16).filled()))
    }

    pub(crate) fn marker(&self, marker: Marker, at: Place, color: RGBColor, radius: i32) -> Drawn {
        let ((x, y), r) = (self.at(at), self.px(radius));
        let (corners, style) = ([(x - r, y - r), (x + r, y + r)], color.filled());
        let stroke = color.stroke_width(2 * self.scale);
        match marker {
            Marker::Circle => self.draw(Circle::new((x, y), r, style)),
            Marker::Square => self.draw(Rectangle::new(corners, style)),
            Marker::Triangle => self.draw(TriangleMarker::new((x, y), r + r / 4, style)),
            Marker::Cross => self.draw(plotters::element::Cross::new((x, y), r, stroke)),
            Marker::Ring => self.draw(Circle::new((x, y), self.px(2 * radius + 1), stroke)),
        }
    }

    fn draw<E>(&self, element: E) -> Drawn
    where
        for<'a> &'a E: PointCollection<'a, Place>,
        E: Drawable<DB>,
    {
        self.root.draw(&element).map_err(|error| error.to_string())
    }

    fn px(&self, length: i32) -> i32 {
        length * self.scale as i32
    }

    fn at(&self, (x, y): Place) -> Place {
        (self.px(x), self.px(y))
    }

    fn all_at(&self, places: Vec<Place>) -> Vec<Place> {
        places.into_iter().map(|place| self.at(place)).collect()
    }
}
