//! Sheets of small images with captions, as one picture.

use data::ImageSize;
use plotters::prelude::*;

use crate::{
    canvas::{CENTER, Canvas, Drawn, INK, LEFT},
    picture::Draw,
};

/// Images of one size.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The title.
    pub title: String,
    /// Width and height of each image.
    pub size: ImageSize,
    /// The images, in the order of reading.
    pub tiles: Vec<Tile>,
}

/// An image on a sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// Its pixels row by row, from 0, black, to 255, white.
    pub pixels: Vec<u8>,
    /// Its caption, a text a line.
    pub caption: Vec<String>,
}

/// Lengths, in the units of an SVG.
const COLUMNS: usize = 6;
const TILE: i32 = 150;
/// The longer side of an image, of images that are wide and of others.
const WIDE: i32 = 138;
const IMAGE: i32 = 112;
const LINE: i32 = 17;
const GAP: i32 = 18;
const TOP: i32 = 48;

impl Draw for Sheet {
    fn size(&self) -> (u32, u32) {
        let rows = self.tiles.len().div_ceil(COLUMNS) as i32;
        (COLUMNS as u32 * TILE as u32, (TOP + rows * self.row()) as u32)
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Drawn {
        canvas.write(&self.title, canvas.bold(19, INK), (19, 24), LEFT)?;
        self.tiles.iter().enumerate().try_for_each(|(at, tile)| self.draw_tile(tile, at, canvas))
    }
}

impl Sheet {
    /// The box of an image: its width and height.
    fn image(&self) -> (i32, i32) {
        let (columns, rows) = (self.size.width() as i32, self.size.height() as i32);
        if columns > rows { (WIDE, WIDE * rows / columns) } else { (IMAGE, IMAGE) }
    }

    /// The height of a row: an image, and its caption.
    fn row(&self) -> i32 {
        let lines = self.tiles.iter().map(|tile| tile.caption.len()).max().unwrap_or_default();
        self.image().1 + LINE * lines as i32 + GAP
    }

    fn draw_tile<DB: DrawingBackend>(&self, tile: &Tile, at: usize, canvas: &Canvas<DB>) -> Drawn {
        let (left, top) = ((at % COLUMNS) as i32 * TILE, TOP + (at / COLUMNS) as i32 * self.row());
        for (line, text) in tile.caption.iter().enumerate() {
            let below = top + self.image().1 + 12 + LINE * line as i32;
            canvas.write(text, canvas.text(13, INK), (left + TILE / 2, below), CENTER)?;
        }
        let (scale, (width, _)) = (canvas.scale as i32, self.image());
        let corner = ((left + (TILE - width) / 2) * scale, top * scale);
        self.draw_image(tile, corner, (width * scale) as usize, canvas)
    }

    /// Draws an image as large as a square with this corner and side allows, in pixels.
    fn draw_image<DB: DrawingBackend>(
        &self,
        tile: &Tile,
        (left, top): (i32, i32),
        side: usize,
        canvas: &Canvas<DB>,
    ) -> Drawn {
        let (columns, rows) = (self.size.width(), self.size.height());
        let longer = columns.max(rows);
        let (width, height) = (side * columns / longer, side * rows / longer);
        let left = left + ((side - width) / 2) as i32;
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            let grey = tile.pixels[y * rows / height * columns + x * columns / width];
            let place = (left + x as i32, top + y as i32);
            let drawn = canvas.root.draw_pixel(place, &RGBColor(grey, grey, grey));
            drawn.map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}
