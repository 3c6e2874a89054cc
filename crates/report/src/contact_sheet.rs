//! A contact sheet of a data set: some images of each class, as a network gets them.

use data::ImageSet;

use crate::{
    error::ReportError,
    names,
    picture::Picture,
    sheet::{Sheet, Tile},
};

/// The images of each class, and the most classes and images in all.
const EACH: usize = 6;
const MOST: usize = 96;

/// The contact sheet of a set as PNG: of each class its first images, or those of one class; of a
/// set without labels its first images.
///
/// # Errors
/// The picture cannot be drawn.
pub fn png(set: &ImageSet, only: Option<usize>) -> Result<Vec<u8>, ReportError> {
    let labels = set.labels();
    let label = |row: usize| labels.map(|labels| usize::from(labels.of_rows()[row]));
    let classes = labels.map_or(1, |labels| labels.names().len());
    let each = if only.is_some() || labels.is_none() { MOST } else { EACH };
    let mut shown: Vec<Vec<usize>> = vec![Vec::new(); classes];
    for row in 0..set.rows() {
        let class = label(row).unwrap_or_default();
        if only.is_none_or(|only| only == class) && shown[class].len() < each {
            shown[class].push(row);
        }
    }
    let caption = |row: usize| match labels {
        Some(labels) => vec![names::shown(labels.name(row))],
        None => vec![format!("row {}", row + 1)],
    };
    let most = set.pixel_max().get();
    let tile = |row: &usize| Tile {
        pixels: set.image(*row).iter().map(|pixel| scaled(*pixel, most)).collect(),
        caption: caption(*row),
    };
    let tiles: Vec<Tile> = shown.iter().flatten().take(MOST).map(tile).collect();
    Sheet { title: "What the network sees".to_owned(), size: set.size(), tiles }.png()
}

/// A grey value from 0 to 255, bright where the ink is.
fn scaled(pixel: u8, most: u8) -> u8 {
    (u16::from(pixel) * 255 / u16::from(most)) as u8
}
