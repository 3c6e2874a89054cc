//! How long it takes to read a CSV.

use std::{hint::black_box, path::Path, time::Instant};

use crate::BenchError;

/// Seconds until the pixels of a CSV are numbers from 0 to 1 in memory; every value is checked, and
/// so is the file's checksum.
///
/// # Errors
/// It cannot be read.
pub fn seconds(path: &Path) -> Result<f64, BenchError> {
    let started = Instant::now();
    let table = data::read(path).map_err(|error| BenchError::Workspace(error.to_string()))?;
    black_box((table.values(0..table.rows()), table.labels()));
    Ok(started.elapsed().as_secs_f64())
}
