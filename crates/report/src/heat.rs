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
    /// A key to the colours.
    pub subtitle: String,
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
}

/// A field of a heat map.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its text.
    pub label: String,
    /// Its colour; grey where there is no number.
    pub color: Option<RGBColor>,
}

/// Lengths, in the units of the SVG.
const WIDTH: u32 = 900;
const MARGIN_LEFT: i32 = 130;
const MARGIN_TOP: i32 = 70;
const MARGIN_RIGHT: i32 = 26;
const MARGIN_BOTTOM: i32 = 62;
const ROW: i32 = 52;
const GAP: i32 = 1;

const GREY: RGBColor = RGBColor(214, 214, 218);

/// About the width of a character.
const CHARACTER: i32 = 8;

impl HeatMap {
    /// The width of a column.
    fn column(&self) -> i32 {
        (WIDTH as i32 - MARGIN_RIGHT - MARGIN_LEFT) / self.columns.len().max(1) as i32
    }

    /// The additional height of names that are wider than their columns, and stand upright; 0 if
    /// there are none.
    fn upright(&self) -> i32 {
        let longest = self.columns.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let width = longest as i32 * CHARACTER;
        if width > self.column() { width } else { 0 }
    }
}

impl Draw for HeatMap {
    fn size(&self) -> (u32, u32) {
        let rows = ROW * self.rows.len() as i32;
        (WIDTH, (MARGIN_TOP + rows + MARGIN_BOTTOM + self.upright()) as u32)
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Drawn {
        let (name, quiet) = (canvas.text(14, INK), canvas.text(13, QUIET_INK));
        let right = WIDTH as i32 - MARGIN_RIGHT;
        let (column, upright) = (self.column(), self.upright());
        let bottom = MARGIN_TOP + ROW * self.rows.len() as i32;
        canvas.write(&self.title, canvas.bold(19, INK), (22, 24), LEFT)?;
        canvas.write(&self.subtitle, quiet.clone(), (22, 47), LEFT)?;
        for (row, fields) in self.fields.iter().enumerate() {
            let top = MARGIN_TOP + ROW * row as i32;
            let middle = top + ROW / 2;
            canvas.write(&self.rows[row], quiet.clone(), (MARGIN_LEFT - 10, middle), RIGHT)?;
            for (place, field) in fields.iter().enumerate() {
                let Some(Field { label, color }) = field else { continue };
                let left = MARGIN_LEFT + column * place as i32;
                let fill = color.unwrap_or(GREY);
                canvas.rectangle((left, top), (left + column - GAP, top + ROW - GAP), fill)?;
                let style = canvas.text(14, if is_dark(fill) { WHITE } else { INK });
                canvas.write(label, style, (left + column / 2, middle), CENTER)?;
            }
        }
        for (place, name) in self.columns.iter().enumerate() {
            let middle = MARGIN_LEFT + column * place as i32 + column / 2;
            if upright == 0 {
                canvas.write(name, quiet.clone(), (middle, bottom + 14), CENTER)?;
            } else {
                let below = bottom + 8 + canvas.width(name, &quiet)? / 2;
                canvas.write_upwards(name, quiet.clone(), (middle, below))?;
            }
        }
        let below = bottom + 44 + upright;
        canvas.write(&self.x, name.clone(), ((MARGIN_LEFT + right) / 2, below), CENTER)?;
        canvas.write_upwards(&self.y, name, (20, (MARGIN_TOP + bottom) / 2))
    }
}

/// Whether white text is easier to read than dark text on a colour (its luma, by ITU-R BT.601).
fn is_dark(color: RGBColor) -> bool {
    let [red, green, blue] = [color.0, color.1, color.2].map(f64::from);
    0.299 * red + 0.587 * green + 0.114 * blue < 140.0
}
