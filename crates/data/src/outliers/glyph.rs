//! Glyphs: strokes of a pen, as in letters of unknown scripts.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::canvas::{BOX, Canvas};
use crate::ImageSize;

/// A point, x and y.
type Point = [f32; 2];

/// Two to four straight or curved strokes between points of a grid, often without lifting the pen,
/// upright or slanted, in the box where digits stand.
pub(super) fn glyph(size: ImageSize, random: &mut ChaCha8Rng) -> Canvas {
    let side = BOX * size.width().min(size.height()) as f32;
    let mut points = strokes(random, side);
    fit(&mut points, size, side);
    // From 0.8 to 1.8 of 28 pixels.
    let radius = random.random_range(0.04..0.09) * side;
    let mut canvas = Canvas::blank(size.width(), size.height());
    points.iter().for_each(|point| dot(&mut canvas, *point, radius));
    canvas
}

/// Points along the strokes, about half a pixel apart, where a box has this side.
fn strokes(random: &mut ChaCha8Rng, side: f32) -> Vec<Point> {
    let count = 1 + (3.0 * side) as usize;
    let (width, slant) = (random.random_range(0.2..0.45), random.random_range(-0.25..0.35));
    let mut points = Vec::new();
    let mut start = node(random);
    for _ in 0..random.random_range(2..5) {
        let end = std::iter::repeat_with(|| node(random)).find(|end| *end != start);
        let end = end.unwrap_or(start);
        let mut place = |[column, row]: [i8; 2]| {
            let mut jitter = || random.random_range(-0.07..0.07f32);
            [f32::from(column) * width + jitter(), f32::from(row) * 0.5 + jitter()]
        };
        let ends = [place(start), place(end)];
        let bend = if random.random_bool(0.5) { 0.0 } else { random.random_range(0.3..1.2) };
        let bend = if random.random_bool(0.5) { bend } else { -bend };
        for step in 0..=count {
            let [x, y] = along(ends, bend, step as f32 / count as f32);
            points.push([x - slant * y, y]);
        }
        start = if random.random_bool(0.6) { end } else { node(random) };
    }
    points
}

/// A point of the grid: column and row, from -1 to 1.
fn node(random: &mut ChaCha8Rng) -> [i8; 2] {
    [random.random_range(-1..=1), random.random_range(-1..=1)]
}

/// The point of a cubic Bézier curve at a time from 0 to 1. Its inner control points lie beside its
/// ends, at this multiple of its length.
fn along([from, to]: [Point; 2], bend: f32, time: f32) -> Point {
    let beside = [-(to[1] - from[1]) * bend, (to[0] - from[0]) * bend];
    let rest = 1.0 - time;
    // The two inner weights, which have the same offset, and those of either end with its
    // neighbour.
    let inner = 3.0 * time * rest;
    let start = rest * rest * (rest + 3.0 * time);
    [0, 1].map(|axis| start * from[axis] + (1.0 - start) * to[axis] + inner * beside[axis])
}

/// Scales and moves points: the longer side of their extent is a little less than `side`, and their
/// mean is in the middle of the image, or as near to it as the image has room.
fn fit(points: &mut [Point], size: ImageSize, side: f32) {
    let ends = [0, 1].map(|axis| {
        let values = points.iter().map(|point| point[axis]);
        values
            .fold((f32::MAX, f32::MIN), |(least, most), value| (least.min(value), most.max(value)))
    });
    let extent = ends.map(|(least, most)| most - least);
    let scale = 0.9 * side / extent[0].max(extent[1]).max(0.01);
    let lengths = [size.width(), size.height()].map(|length| length as f32);
    // The radius of the pen and a little more.
    let margin = 0.1 * side;
    for axis in [0, 1] {
        let (least, most) = ends[axis];
        let mean = points.iter().map(|point| point[axis]).sum::<f32>() / points.len() as f32;
        let middle = (lengths[axis] / 2.0)
            .min(lengths[axis] - margin - (most - mean) * scale)
            .max(margin + (mean - least) * scale);
        for point in points.iter_mut() {
            point[axis] = (point[axis] - mean) * scale + middle;
        }
    }
}

/// Adds a round dot with a soft edge of a pixel.
fn dot(canvas: &mut Canvas, [x, y]: Point, radius: f32) {
    let range = |middle: f32| (middle - radius - 1.0) as isize..=(middle + radius + 1.0) as isize;
    for row in range(y) {
        for column in range(x) {
            let distance = (column as f32 + 0.5 - x).hypot(row as f32 + 0.5 - y);
            canvas.add(column, row, (radius + 0.5 - distance).clamp(0.0, 1.0));
        }
    }
}
