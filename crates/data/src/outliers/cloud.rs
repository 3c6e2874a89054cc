//! Clouds: smooth noise.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// Noise from -1 to 1 whose values at the points of a grid are independent, with smooth transitions
/// between them (value noise).
pub(super) struct Cloud {
    /// The cells in a row and in a column.
    cells: usize,
    /// The values of the points, row by row.
    values: Vec<f32>,
}

impl Cloud {
    /// A cloud with this number of cells across and down, at least 1.
    pub(super) fn draw(cells: usize, random: &mut ChaCha8Rng) -> Self {
        let points = (cells + 1) * (cells + 1);
        let values = (0..points).map(|_| random.random_range(-1.0..=1.0)).collect();
        Self { cells, values }
    }

    /// The value at a place, x and y from 0 to 1.
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        let cell = |place: f32| {
            let place = place.clamp(0.0, 1.0) * self.cells as f32;
            let first = (place as usize).min(self.cells - 1);
            let part = place - first as f32;
            (first, part * part * (3.0 - 2.0 * part))
        };
        let ((column, right), (row, below)) = (cell(x), cell(y));
        let across = |row: usize| {
            let at = |column: usize| self.values[row * (self.cells + 1) + column];
            at(column) * (1.0 - right) + at(column + 1) * right
        };
        across(row) * (1.0 - below) + across(row + 1) * below
    }
}
