//! Grids of small charts, as one picture.

use crate::{
    canvas::{self, Canvas, Drawn},
    chart::{Chart, Size},
};

/// Charts of size [`Size::Small`], row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The charts.
    pub charts: Vec<Chart>,
    /// The number of charts in a row.
    pub columns: usize,
}

impl Grid {
    /// The picture as PNG.
    ///
    /// # Errors
    /// The drawing library fails.
    pub fn png(&self) -> Drawn<Vec<u8>> {
        let columns = self.columns.max(1);
        let rows = self.charts.len().div_ceil(columns).max(1);
        let (width, height) = Size::Small.pixels();
        canvas::png((width * columns as u32, height * rows as u32), |canvas| {
            let places = canvas.root.split_evenly((rows, columns));
            places
                .into_iter()
                .zip(&self.charts)
                .try_for_each(|(root, chart)| chart.draw(&Canvas { root, scale: canvas.scale }))
        })
    }
}
