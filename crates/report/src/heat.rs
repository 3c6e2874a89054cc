//! Draws a map of numbers: a field for each combination of two things, coloured by its number.

use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    canvas::Canvas,
    chart::{INK, PNG_SCALE},
    font, image,
};

/// A map of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatMap {
    /// What it shows.
    pub title: String,
    /// How to read it.
    pub subtitle: String,
    /// What the columns are.
    pub x: String,
    /// What the rows are.
    pub y: String,
    /// From left to right.
    pub columns: Vec<String>,
    /// From top to bottom.
    pub rows: Vec<String>,
    /// Row by row.
    pub fields: Vec<Vec<Option<Field>>>,
}

/// A field of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// What stands in it.
    pub label: String,
    /// Its colour; grey where there is no number.
    pub color: Option<RGBColor>,
}

/// Lengths, in the units of the SVG.
const WIDTH: u32 = 900;
const LEFT: i32 = 130;
const TOP: i32 = 70;
const RIGHT: i32 = 26;
const BOTTOM: i32 = 62;
const ROW: i32 = 52;
const GAP: i32 = 1;

const GREY: RGBColor = RGBColor(214, 214, 218);
const QUIET_INK: RGBColor = RGBColor(95, 95, 102);
const CENTER: Pos = Pos { h_pos: HPos::Center, v_pos: VPos::Center };
const START: Pos = Pos { h_pos: HPos::Left, v_pos: VPos::Center };
const END: Pos = Pos { h_pos: HPos::Right, v_pos: VPos::Center };

impl HeatMap {
    fn height(&self) -> u32 {
        (TOP + BOTTOM + ROW * self.rows.len() as i32) as u32
    }

    /// The picture as SVG without its font: for a page that has the font.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn bare_svg(&self) -> Result<String, String> {
        let mut text = String::new();
        self.draw(
            &SVGBackend::with_string(&mut text, (WIDTH, self.height())).into_drawing_area(),
            1,
        )?;
        Ok(text)
    }

    /// The picture as PNG.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn png(&self) -> Result<Vec<u8>, String> {
        let (width, height) = (WIDTH * PNG_SCALE, self.height() * PNG_SCALE);
        let mut pixels = vec![255; (width * height * 3) as usize];
        self.draw(
            &BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area(),
            PNG_SCALE,
        )?;
        image::png(&pixels, (width, height), png::ColorType::Rgb)
    }

    /// Shows the picture in a notebook.
    pub fn evcxr_display(&self) {
        crate::show::png(self.png());
    }

    fn draw<DB: DrawingBackend>(
        &self,
        root: &DrawingArea<DB, Shift>,
        scale: u32,
    ) -> Result<(), String> {
        if !font::register() {
            return Err("the font is damaged".to_owned());
        }
        let canvas = Canvas { root, scale };
        root.fill(&WHITE).map_err(|error| error.to_string())?;
        canvas.write(&self.title, canvas.bold(19, INK), (22, 24), START)?;
        canvas.write(&self.subtitle, canvas.text(13, QUIET_INK), (22, 47), START)?;
        let column = (WIDTH as i32 - LEFT - RIGHT) / self.columns.len().max(1) as i32;
        let bottom = TOP + ROW * self.rows.len() as i32;
        for (row, fields) in self.fields.iter().enumerate() {
            let top = TOP + ROW * row as i32;
            canvas.write(
                &self.rows[row],
                canvas.text(13, QUIET_INK),
                (LEFT - 10, top + ROW / 2),
                END,
            )?;
            for (place, field) in fields.iter().enumerate() {
                let Some(Field { label, color }) = field else { continue };
                let left = LEFT + column * place as i32;
                let fill = color.unwrap_or(GREY);
                canvas.rectangle((left, top), (left + column - GAP, top + ROW - GAP), fill)?;
                let style = canvas.text(14, if is_dark(fill) { WHITE } else { INK });
                canvas.write(label, style, (left + column / 2, top + ROW / 2), CENTER)?;
            }
        }
        for (place, name) in self.columns.iter().enumerate() {
            let middle = LEFT + column * place as i32 + column / 2;
            canvas.write(name, canvas.text(13, QUIET_INK), (middle, bottom + 14), CENTER)?;
        }
        canvas.write(
            &self.x,
            canvas.text(14, INK),
            ((LEFT + WIDTH as i32 - RIGHT) / 2, bottom + 44),
            CENTER,
        )?;
        canvas.write_upwards(&self.y, canvas.text(14, INK), (20, (TOP + bottom) / 2))?;
        root.present().map_err(|error| error.to_string())
    }
}

/// Whether white letters are easier to read on a colour than dark ones (its luma, by ITU-R BT.601).
fn is_dark(color: RGBColor) -> bool {
    let [red, green, blue] = [color.0, color.1, color.2].map(f64::from);
    0.299 * red + 0.587 * green + 0.114 * blue < 140.0
}
