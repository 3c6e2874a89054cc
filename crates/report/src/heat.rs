//! Heat maps: a field for each combination of a row and a column, coloured by its number.

use plotters::prelude::*;

use crate::{
    canvas::{CENTER, Canvas, Drawn, INK, LEFT, QUIET_INK, RIGHT},
    picture::Draw,
};

/// A heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// The title.
    pub title: String,
    /// The subtitle.
    pub subtitle: String,
    /// The key to the colours of the numbers, if there is one.
    pub key: Option<Key>,
    /// The name of the horizontal axis.
    pub x: String,
    /// The name of the vertical axis.
    pub y: String,
    /// The names of the columns, from left to right.
    pub columns: Vec<String>,
    /// The names of the rows, from top to bottom.
    pub rows: Vec<String>,
    /// The fields, row by row.
    pub fields: Vec<Vec<Option<Field>>>,
    /// Its width.
    pub width: Width,
}

/// The width of a heat map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    /// 900 units of an SVG.
    #[default]
    Full,
    /// For the screen of a phone: 360 units.
    Narrow,
}

/// A field of a heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its text.
    pub label: String,
    /// Its colour; grey where there is no number.
    pub color: Option<RGBColor>,
}

/// The colours of a heat map from the lowest number to the highest.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// The lowest number that has a colour of its own, in words.
    pub low: String,
    /// The highest number, in words.
    pub high: String,
    /// The colours from the lowest to the highest.
    pub colors: Vec<RGBColor>,
}

/// Lengths, in the units of the SVG.
const MARGIN_TOP: i32 = 70;
const KEY_WIDTH: i32 = 200;
const KEY_HEIGHT: i32 = 12;
/// The height of the line of the key.
const KEY_LINE: i32 = 24;
const MARGIN_RIGHT: i32 = 26;
const MARGIN_BOTTOM: i32 = 62;
const ROW: i32 = 52;
const GAP: i32 = 1;

const GREY: RGBColor = RGBColor(214, 214, 218);

/// About the width of a character, and of one of the title.
const CHARACTER: i32 = 8;
const TITLE_CHARACTER: i32 = 10;

impl Width {
    /// The width of the picture, and of the margin at its left.
    fn lengths(self) -> (i32, i32) {
        match self {
            Self::Full => (900, 130),
            Self::Narrow => (360, 84),
        }
    }
}

/// The width of the longest of these names, about.
fn longest(names: &[String]) -> i32 {
    names.iter().map(|name| name.chars().count()).max().unwrap_or(0) as i32 * CHARACTER
}

impl HeatMap {
    /// The width of a column.
    fn column(&self) -> i32 {
        let (width, left) = self.width.lengths();
        (width - MARGIN_RIGHT - left) / self.columns.len().max(1) as i32
    }

    /// The top of the first row.
    fn top(&self) -> i32 {
        MARGIN_TOP + if self.key.is_some() { KEY_LINE } else { 0 }
    }

    /// The additional height of names that are wider than their columns, and stand upright; 0 if
    /// there are none.
    fn upright(&self) -> i32 {
        let longest = longest(&self.columns);
        if longest > self.column() { longest } else { 0 }
    }
}

impl Draw for HeatMap {
    fn size(&self) -> (u32, u32) {
        let rows = ROW * self.rows.len() as i32;
        (self.width.lengths().0 as u32, (self.top() + rows + MARGIN_BOTTOM + self.upright()) as u32)
    }

    fn narrow(&self) -> Option<Self> {
        /// The least width of a column: `100.00`.
        const COLUMN: i32 = 42;
        let narrow = Self { width: Width::Narrow, ..self.clone() };
        let (width, left) = narrow.width.lengths();
        let title = self.title.chars().count() as i32 * TITLE_CHARACTER;
        let has_room = narrow.column() >= COLUMN
            && longest(&self.rows) < left - 30
            && title.max(self.subtitle.chars().count() as i32 * (CHARACTER - 1)) < width - 24;
        (self.width == Width::Full && has_room).then_some(narrow)
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Drawn {
        let (name, quiet) = (canvas.text(14, INK), canvas.text(13, QUIET_INK));
        let (width, margin) = self.width.lengths();
        let right = width - MARGIN_RIGHT;
        let (column, upright) = (self.column(), self.upright());
        let top = self.top();
        let bottom = top + ROW * self.rows.len() as i32;
        canvas.write(&self.title, canvas.bold(19, INK), (22, 24), LEFT)?;
        canvas.write(&self.subtitle, quiet.clone(), (22, 47), LEFT)?;
        if let Some(key) = &self.key {
            key.draw(canvas, (22, 47 + KEY_LINE))?;
        }
        for (row, fields) in self.fields.iter().enumerate() {
            let top = top + ROW * row as i32;
            let middle = top + ROW / 2;
            canvas.write(&self.rows[row], quiet.clone(), (margin - 10, middle), RIGHT)?;
            for (place, field) in fields.iter().enumerate() {
                let Some(Field { label, color }) = field else { continue };
                let left = margin + column * place as i32;
                let fill = color.unwrap_or(GREY);
                canvas.rectangle((left, top), (left + column - GAP, top + ROW - GAP), fill)?;
                let style = canvas.text(14, if is_dark(fill) { WHITE } else { INK });
                canvas.write(label, style, (left + column / 2, middle), CENTER)?;
            }
        }
        for (place, name) in self.columns.iter().enumerate() {
            let middle = margin + column * place as i32 + column / 2;
            if upright == 0 {
                canvas.write(name, quiet.clone(), (middle, bottom + 14), CENTER)?;
            } else {
                let below = bottom + 8 + canvas.width(name, &quiet)? / 2;
                canvas.write_upwards(name, quiet.clone(), (middle, below))?;
            }
        }
        let below = bottom + 44 + upright;
        canvas.write(&self.x, name.clone(), ((margin + right) / 2, below), CENTER)?;
        canvas.write_upwards(&self.y, name, (20, (top + bottom) / 2))
    }
}

impl Key {
    /// Draws a strip of the colours between the two numbers, from this place at their left.
    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>, (x, y): (i32, i32)) -> Drawn {
        let style = canvas.text(13, QUIET_INK);
        let left = x + canvas.width(&self.low, &style)? + 8;
        canvas.write(&self.low, style.clone(), (x, y), LEFT)?;
        let (top, bottom) = (y - KEY_HEIGHT / 2, y + KEY_HEIGHT / 2);
        for (color, place) in self.colors.iter().zip(0..) {
            let edge = |place: i32| left + KEY_WIDTH * place / self.colors.len() as i32;
            canvas.rectangle((edge(place), top), (edge(place + 1), bottom), *color)?;
        }
        canvas.write(&self.high, style, (left + KEY_WIDTH + 8, y), LEFT)
    }
}

/// Whether white text is easier to read than dark text on a colour (its luma, by ITU-R BT.601).
fn is_dark(color: RGBColor) -> bool {
    let [red, green, blue] = [color.0, color.1, color.2].map(f64::from);
    0.299 * red + 0.587 * green + 0.114 * blue < 140.0
}
