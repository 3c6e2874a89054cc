//! Small images side by side, each with its caption, as one picture.

use data::ImageSize;
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    canvas::Canvas,
    chart::{INK, PNG_SCALE},
    font, image,
};

/// Images of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// What they are.
    pub title: String,
    /// Width and height of each.
    pub size: ImageSize,
    /// In the order of reading.
    pub tiles: Vec<Tile>,
}

/// An image on a sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// Row by row, from 0, black, to 255, white.
    pub pixels: Vec<u8>,
    /// A text a line, below it.
    pub caption: [String; 2],
}

/// Lengths, in the units of an SVG.
const COLUMNS: usize = 6;
const TILE: u32 = 150;
const ROW: u32 = 164;
const IMAGE: u32 = 112;
const TOP: u32 = 48;
const CENTER: Pos = Pos { h_pos: HPos::Center, v_pos: VPos::Center };
const START: Pos = Pos { h_pos: HPos::Left, v_pos: VPos::Center };

impl Sheet {
    /// The picture as PNG.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn png(&self) -> Result<Vec<u8>, String> {
        let rows = self.tiles.len().div_ceil(COLUMNS) as u32;
        let (width, height) = (COLUMNS as u32 * TILE * PNG_SCALE, (TOP + rows * ROW) * PNG_SCALE);
        let mut pixels = vec![255; (width * height * 3) as usize];
        self.write(&mut pixels, (width, height))?;
        for (place, tile) in self.tiles.iter().enumerate() {
            let (left, top) = corner(place);
            self.copy(
                tile,
                &mut pixels,
                width as usize,
                ((left + (TILE - IMAGE) / 2) * PNG_SCALE, top * PNG_SCALE),
            );
        }
        image::png(&pixels, (width, height), png::ColorType::Rgb)
    }

    /// Title and captions.
    fn write(&self, pixels: &mut [u8], size: (u32, u32)) -> Result<(), String> {
        if !font::register() {
            return Err("the font is damaged".to_owned());
        }
        let root = BitMapBackend::with_buffer(pixels, size).into_drawing_area();
        let canvas = Canvas { root: &root, scale: PNG_SCALE };
        canvas.write(&self.title, canvas.bold(19, INK), (19, 24), START)?;
        for (place, tile) in self.tiles.iter().enumerate() {
            let (left, top) = corner(place);
            let middle = (left + TILE / 2) as i32;
            for (line, text) in tile.caption.iter().enumerate() {
                let below = (top + IMAGE + 12) as i32 + 17 * line as i32;
                canvas.write(text, canvas.text(13, INK), (middle, below), CENTER)?;
            }
        }
        root.present().map_err(|error| error.to_string())
    }

    /// An image, as large as its place allows, into a picture of this width.
    fn copy(&self, tile: &Tile, picture: &mut [u8], width: usize, (left, top): (u32, u32)) {
        let (columns, rows) = (self.size.width(), self.size.height());
        let side = (IMAGE * PNG_SCALE) as usize;
        let longer = columns.max(rows);
        let (shown_width, shown_height) = (side * columns / longer, side * rows / longer);
        let left = left as usize + (side - shown_width) / 2;
        for y in 0..shown_height {
            for x in 0..shown_width {
                let grey =
                    tile.pixels[y * rows / shown_height * columns + x * columns / shown_width];
                let place = 3 * ((top as usize + y) * width + left + x);
                picture[place..place + 3].fill(grey);
            }
        }
    }
}

/// The upper left corner of a place.
fn corner(place: usize) -> (u32, u32) {
    ((place % COLUMNS) as u32 * TILE, TOP + (place / COLUMNS) as u32 * ROW)
}
