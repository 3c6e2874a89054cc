//! What is drawn on: lines, areas, markers and text in the units of a picture's SVG, whatever its
//! resolution.

use plotters::{
    coord::Shift,
    prelude::*,
    style::{
        FontTransform,
        text_anchor::{HPos, Pos, VPos},
    },
};

use crate::font;

/// The sign at the points of a curve.
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
}

pub(crate) struct Canvas<'a, DB: DrawingBackend> {
    pub(crate) root: &'a DrawingArea<DB, Shift>,
    pub(crate) scale: u32,
}

type Drawn<T = ()> = Result<T, String>;
/// Right and down from the upper left corner.
type Place = (i32, i32);

impl<DB: DrawingBackend> Canvas<'_, DB> {
    pub(crate) fn text(&self, size: i32, color: RGBColor) -> TextStyle<'static> {
        self.font(size, FontStyle::Normal).color(&color)
    }

    pub(crate) fn bold(&self, size: i32, color: RGBColor) -> TextStyle<'static> {
        self.font(size, FontStyle::Bold).color(&color)
    }

    fn font(&self, size: i32, style: FontStyle) -> FontDesc<'static> {
        FontDesc::new(FontFamily::Name(font::FAMILY), f64::from(self.px(size)), style)
    }

    pub(crate) fn write(
        &self,
        text: &str,
        style: TextStyle<'_>,
        place: Place,
        anchor: Pos,
    ) -> Drawn {
        self.root
            .draw(&Text::new(text.to_owned(), self.at(place), style.pos(anchor)))
            .map_err(|error| error.to_string())
    }

    /// Writes from bottom to top, around this place.
    pub(crate) fn write_upwards(&self, text: &str, style: TextStyle<'_>, place: Place) -> Drawn {
        let anchor = Pos::new(HPos::Center, VPos::Center);
        self.write(text, style.transform(FontTransform::Rotate270), place, anchor)
    }

    /// How wide a text is.
    pub(crate) fn width(&self, text: &str, style: &TextStyle<'_>) -> Drawn<i32> {
        let (width, _) =
            self.root.estimate_text_size(text, style).map_err(|error| error.to_string())?;
        Ok((width / self.scale) as i32)
    }

    pub(crate) fn line(&self, places: Vec<Place>, color: RGBColor, width: u32) -> Drawn {
        let places: Vec<Place> = places.into_iter().map(|place| self.at(place)).collect();
        self.root
            .draw(&PathElement::new(places, color.stroke_width(width * self.scale)))
            .map_err(|error| error.to_string())
    }

    /// A filled rectangle between these corners.
    pub(crate) fn rectangle(&self, from: Place, to: Place, color: RGBColor) -> Drawn {
        self.root
            .draw(&Rectangle::new([self.at(from), self.at(to)], color.filled()))
            .map_err(|error| error.to_string())
    }

    /// A pale area within this outline.
    pub(crate) fn area(&self, outline: Vec<Place>, color: RGBColor) -> Drawn {
        let outline: Vec<Place> = outline.into_iter().map(|place| self.at(place)).collect();
        self.root
            .draw(&Polygon::new(outline, color.mix(0.16).filled()))
            .map_err(|error| error.to_string())
    }

    pub(crate) fn marker(
        &self,
        marker: Marker,
        place: Place,
        color: RGBColor,
        radius: i32,
    ) -> Drawn {
        let ((x, y), r) = (self.at(place), self.px(radius));
        let (corners, style) = ([(x - r, y - r), (x + r, y + r)], color.filled());
        match marker {
            Marker::Circle => self.root.draw(&Circle::new((x, y), r, style)),
            Marker::Square => self.root.draw(&Rectangle::new(corners, style)),
            Marker::Triangle => self.root.draw(&TriangleMarker::new((x, y), r + r / 4, style)),
            Marker::Cross => self.root.draw(&plotters::element::Cross::new(
                (x, y),
                r,
                color.stroke_width(2 * self.scale),
            )),
        }
        .map_err(|error| error.to_string())
    }

    pub(crate) fn ring(&self, center: Place, color: RGBColor) -> Drawn {
        self.root
            .draw(&Circle::new(self.at(center), self.px(9), color.stroke_width(2 * self.scale)))
            .map_err(|error| error.to_string())
    }

    fn px(&self, length: i32) -> i32 {
        length * self.scale as i32
    }

    fn at(&self, (x, y): Place) -> Place {
        (self.px(x), self.px(y))
    }
}
