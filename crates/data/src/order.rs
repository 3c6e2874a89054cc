//! The order of rows.

use rand::seq::SliceRandom;

use crate::seeded::generator;

/// The order of the rows in one pass over the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The order of the file, for validation and test.
    Sequential,
    /// A shuffled order, which depends on seed and epoch, but not on machine or backend.
    Shuffled {
        /// The seed of the run.
        seed: u64,
        /// The epoch, from 1.
        epoch: usize,
    },
}

impl Order {
    /// The indices of `rows` rows in this order.
    pub fn indices(self, rows: usize) -> Vec<usize> {
        let mut indices: Vec<usize> = (0..rows).collect();
        if let Self::Shuffled { seed, epoch } = self {
            indices.shuffle(&mut generator(b"order of samples", seed, epoch as u64));
        }
        indices
    }
}
