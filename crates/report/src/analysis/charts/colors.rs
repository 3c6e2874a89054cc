//! The colours of levels.

use plotters::style::{RGBColor, colors::colormaps::ViridisRGB};

use crate::{
    chart::Marker,
    curves::{TRAINING, VALIDATION},
};

/// Colours that colour-blind readers tell apart (Okabe and Ito 2008, <https://jfly.uni-koeln.de/color/>), the first two
/// as in the curves of a single run.
const PALETTE: [RGBColor; 8] = [
    TRAINING,
    VALIDATION,
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(90, 90, 90),
    RGBColor(170, 130, 0),
];
const MARKERS: [Marker; 4] = [Marker::Circle, Marker::Square, Marker::Triangle, Marker::Cross];

/// The brightest part of viridis is hard to see on white.
const BRIGHTEST: f64 = 0.86;

/// A colour and a marker for each of some levels or values. Numbers get the colours of viridis in their order, whatever the
/// order of the file: dark is low.
pub(super) fn of(numbers: Option<&[f64]>, count: usize) -> Vec<(RGBColor, Marker)> {
    let marker = |place: usize| MARKERS[place % MARKERS.len()];
    let Some(numbers) = numbers.filter(|numbers| numbers.len() > 2) else {
        return (0..count).map(|place| (PALETTE[place % PALETTE.len()], marker(place))).collect();
    };
    let rank = |number: &f64| numbers.iter().filter(|other| *other < number).count();
    let color = |number: &f64| viridis(rank(number) as f64 / (numbers.len() - 1) as f64 * BRIGHTEST);
    numbers.iter().map(|number| (color(number), marker(rank(number)))).collect()
}

/// From 0, dark, to 1, bright: an ordered scale that colour-blind readers can follow
/// (<https://bids.github.io/colormap/>).
pub(super) fn viridis(part: f64) -> RGBColor {
    ViridisRGB::get_color(part as f32)
}
