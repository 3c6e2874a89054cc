//! The images for which a network was trained.

use serde::{Deserialize, Serialize};

/// The images for which a network was trained, and its classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageFormat {
    /// Pixels in a row.
    pub width: usize,
    /// Pixels in a column.
    pub height: usize,
    /// The grey value of full ink.
    pub pixel_max: u8,
    /// The highest grey value in the training file.
    pub brightest: u8,
    /// The names of the classes, in the order of the outputs.
    pub classes: Vec<String>,
    /// Whether rows and columns of the images in the training file were exchanged.
    pub transpose: bool,
    /// Whether the images in the training file were inverted.
    pub invert: bool,
    /// Whether the network has seen dark ink on light paper, after that.
    pub is_dark_on_light: bool,
}
