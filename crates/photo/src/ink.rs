//! The ink of a single digit.

use image::GrayImage;

use crate::{
    grey::Plane,
    piece::{self, Piece},
};

/// The least size of a digit, as a fraction of the picture's shorter side.
const SMALLEST: f32 = 1.0 / 12.0;
/// The contrast of fine lines, blurred by the lens, as a fraction of that of other lines.
const FINE: f32 = 0.5;
/// The largest size of a speck, as a fraction of the largest piece.
const SPECK: f32 = 1.0 / 25.0;

/// The ink of the digit, 255 on 0, cut to its bounding box; none if the picture shows no digit.
pub fn find(contrast: &Plane) -> Option<GrayImage> {
    let mut pieces = piece::pieces(contrast, FINE);
    let main = main_piece(&pieces)?;
    let (least, on_border) = ((main.pixels.len() as f32 * SPECK) as usize, main.is_edge);
    // The edge of the paper is no part of a digit that is away from it.
    pieces.retain(|piece| piece.pixels.len() >= least && (on_border || !piece.is_edge));
    let pixels: Vec<(u32, u32)> = pieces.into_iter().flat_map(|piece| piece.pixels).collect();
    let digit = piece::cut_out(&pixels);
    let shorter_side = contrast.width().min(contrast.height()) as f32;
    (digit.width().max(digit.height()) as f32 >= SMALLEST * shorter_side).then_some(digit)
}

/// The largest piece. What may be a shadow or the edge of the paper counts only if no other piece
/// is as large.
fn main_piece(pieces: &[Piece]) -> Option<&Piece> {
    let largest = |is_edge: bool| {
        pieces
            .iter()
            .filter(|piece| piece.is_edge == is_edge)
            .max_by_key(|piece| piece.pixels.len())
    };
    match (largest(false), largest(true)) {
        (Some(inner), Some(outer))
            if (inner.pixels.len() as f32) < outer.pixels.len() as f32 * SPECK =>
        {
            Some(outer)
        }
        (Some(inner), _) => Some(inner),
        (None, outer) => outer,
    }
}
