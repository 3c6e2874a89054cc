//! The width of a digit's strokes.

use std::f64::consts::PI;

use image::GrayImage;

use crate::piece::INK;

/// The mean width of the strokes in pixels: of a long stroke, the area is the width times half of
/// the outline.
pub fn width(ink: &GrayImage) -> f64 {
    let is_ink = |x: i64, y: i64| at(ink, x, y);
    let (mut area, mut edges) = (0.0, 0.0);
    // The ink may touch the edge of the image: beyond it, there is background.
    for (x, y) in (-1..i64::from(ink.height()))
        .flat_map(|y| (-1..i64::from(ink.width())).map(move |x| (x, y)))
    {
        area += f64::from(u8::from(is_ink(x, y)));
        let crossings = [is_ink(x + 1, y), is_ink(x, y + 1)].map(|near| near != is_ink(x, y));
        edges += crossings.into_iter().map(|is_edge| f64::from(u8::from(is_edge))).sum::<f64>();
    }
    // On a grid, a line of length 1 in a random direction crosses 4/π edges.
    2.0 * area / (edges * PI / 4.0)
}

/// The ink with this many more pixels on each side of each stroke: all pixels so close to ink.
pub fn thickened(ink: &GrayImage, by: f64) -> GrayImage {
    let margin = by.ceil() as u32;
    let reach = i64::from(margin);
    let disk: Vec<(i64, i64)> = (-reach..=reach)
        .flat_map(|y| (-reach..=reach).map(move |x| (x, y)))
        .filter(|(x, y)| (x * x + y * y) as f64 <= by * by)
        .collect();
    let mut thick = GrayImage::new(ink.width() + 2 * margin, ink.height() + 2 * margin);
    for (x, y, _) in ink.enumerate_pixels().filter(|(.., pixel)| **pixel == INK) {
        for (right, down) in &disk {
            let (x, y) = (i64::from(x) + reach + right, i64::from(y) + reach + down);
            thick.put_pixel(x as u32, y as u32, INK);
        }
    }
    thick
}

fn at(ink: &GrayImage, x: i64, y: i64) -> bool {
    let inside = u32::try_from(x).ok().zip(u32::try_from(y).ok());
    inside.and_then(|(x, y)| ink.get_pixel_checked(x, y)) == Some(&INK)
}
