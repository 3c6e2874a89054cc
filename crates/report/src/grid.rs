//! Small charts side by side, as one picture.

use plotters::prelude::*;

use crate::{
    chart::{Chart, PNG_SCALE, Size},
    image,
};

/// Charts of size [`Size::Small`], row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// In the order of reading.
    pub charts: Vec<Chart>,
    /// How many lie side by side.
    pub columns: usize,
}

impl Grid {
    /// The picture as PNG.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn png(&self) -> Result<Vec<u8>, String> {
        let columns = self.columns.max(1);
        let rows = self.charts.len().div_ceil(columns).max(1);
        let (width, height) = Size::Small.pixels();
        let (width, height) = (width * columns as u32, height * rows as u32);
        let mut pixels = vec![255; (width * height * 3) as usize];
        let root = BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area();
        for (place, chart) in root.split_evenly((rows, columns)).iter().zip(&self.charts) {
            chart.draw(place, PNG_SCALE)?;
        }
        root.present().map_err(|error| error.to_string())?;
        drop(root);
        image::png(&pixels, (width, height), png::ColorType::Rgb)
    }
}
