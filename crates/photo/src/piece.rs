//! Connected pieces of ink.

use image::{GrayImage, Luma};

use crate::{grey::Plane, stroke, threshold};

/// A pixel of ink.
pub const INK: Luma<u8> = Luma([255]);

/// Connected ink.
pub struct Piece {
    /// Columns and rows in the picture.
    pub pixels: Vec<(u32, u32)>,
    /// Whether this may be a shadow or the edge of the paper rather than a stroke.
    pub is_edge: bool,
}

/// The ink of a picture, in connected pieces; none if the picture is only noise. The contrast of
/// fine lines is this fraction of that of other lines.
pub fn pieces(contrast: &Plane, fine: f32) -> Vec<Piece> {
    threshold::of(contrast, fine)
        .map(|thresholds| connected(contrast, thresholds))
        .unwrap_or_default()
}

/// These pixels of ink in their bounding box.
pub fn cut_out(pixels: &[(u32, u32)]) -> GrayImage {
    let ends = |along: fn(&(u32, u32)) -> u32| {
        pixels
            .iter()
            .map(along)
            .fold((u32::MAX, 0), |(least, most), place| (least.min(place), most.max(place)))
    };
    let ((left, right), (top, bottom)) = (ends(|pixel| pixel.0), ends(|pixel| pixel.1));
    let mut image = GrayImage::new(right - left + 1, bottom - top + 1);
    pixels.iter().for_each(|(x, y)| image.put_pixel(x - left, y - top, INK));
    image
}

/// The connected pieces of possible ink with some certain ink, with diagonal neighbours: a
/// threshold with hysteresis (Canny 1986, <https://doi.org/10.1109/TPAMI.1986.4767851>).
fn connected(contrast: &Plane, (low, high): (f32, f32)) -> Vec<Piece> {
    let (width, height) = contrast.dimensions();
    let mut is_new: Vec<bool> = contrast.pixels().map(|pixel| pixel.0[0] > low).collect();
    let index = |(x, y): (u32, u32)| (y * width + x) as usize;
    let mut pieces = Vec::new();
    for start in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        if !std::mem::take(&mut is_new[index(start)]) {
            continue;
        }
        let (mut pixels, mut visited) = (vec![start], 0);
        while let Some(&(x, y)) = pixels.get(visited) {
            visited += 1;
            for near_y in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for near_x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    if std::mem::take(&mut is_new[index((near_x, near_y))]) {
                        pixels.push((near_x, near_y));
                    }
                }
            }
        }
        if !pixels.iter().any(|(x, y)| contrast.get_pixel(*x, *y).0[0] > high) {
            continue;
        }
        let is_edge = is_edge(&pixels, (width, height));
        pieces.push(Piece { pixels, is_edge });
    }
    pieces
}

/// Whether a piece lies along the border of a picture of this size. A stroke may run into one of
/// the four borders, on no more than twice its width.
fn is_edge(pixels: &[(u32, u32)], (width, height): (u32, u32)) -> bool {
    let on = |side: &dyn Fn(u32, u32) -> bool| {
        pixels.iter().filter(|(x, y)| side(*x, *y)).count() as f64
    };
    let contacts = [
        on(&|x, _| x == 0),
        on(&|_, y| y == 0),
        on(&|x, _| x + 1 == width),
        on(&|_, y| y + 1 == height),
    ];
    let longest = contacts.into_iter().fold(0.0, f64::max);
    longest < contacts.iter().sum() || longest > 2.0 * stroke::width(&cut_out(pixels))
}
