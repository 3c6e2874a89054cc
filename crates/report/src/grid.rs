//! Grids of small charts, as one picture.

use plotters::prelude::DrawingBackend;

use crate::{
    canvas::{Canvas, Drawn},
    chart::{Chart, Size},
    picture::Draw,
};

/// Charts of size [`Size::Small`], row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The charts.
    pub charts: Vec<Chart>,
}

/// The number of charts in a row.
const COLUMNS: usize = 4;

impl Grid {
    fn rows(&self) -> usize {
        self.charts.len().div_ceil(COLUMNS).max(1)
    }
}

impl Draw for Grid {
    fn size(&self) -> (u32, u32) {
        let (width, height) = Size::Small.pixels();
        (width * COLUMNS as u32, height * self.rows() as u32)
    }

    fn draw<DB: DrawingBackend>(&self, canvas: &Canvas<DB>) -> Drawn {
        let places = canvas.root.split_evenly((self.rows(), COLUMNS));
        let mut charts = places.into_iter().zip(&self.charts);
        charts.try_for_each(|(root, chart)| chart.draw(&Canvas { root, scale: canvas.scale }))
    }
}
