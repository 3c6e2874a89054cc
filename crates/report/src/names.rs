//! The names of classes, as pictures, tables and sentences show them: in one line, and not too
//! long.

use data::{
    Classes,
    shown::{printable, shortened},
};

/// The largest number of characters of a name in a picture, and at the head of a column.
const SHORT: usize = 12;
/// The largest number of characters of a name elsewhere.
const LONG: usize = 40;

/// The name of a class in a picture, or at the head of a column.
pub fn short(classes: &Classes, class: usize) -> String {
    shown(classes.name(class))
}

/// A name in a picture.
pub fn shown(name: &str) -> String {
    printable(&shortened(name, SHORT))
}

/// The name of a class in a row, or a sentence.
pub fn long(classes: &Classes, class: usize) -> String {
    printable(&shortened(classes.name(class), LONG))
}
