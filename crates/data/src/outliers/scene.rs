//! Scenes: surfaces with a texture, as clothes and other things are.

use std::f32::consts::{PI, TAU};

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{canvas::Canvas, cloud::Cloud};
use crate::ImageSize;

/// A silhouette or simple shapes, which may fill the image: one grey, cloudy or striped.
pub(super) fn scene(size: ImageSize, random: &mut ChaCha8Rng) -> Canvas {
    let texture = texture(random);
    if random.random_bool(0.5) {
        let inside = silhouette(random);
        Canvas::from_fn(size, |x, y| inside(x, y) * texture(x, y))
    } else {
        let inside = shapes(random);
        Canvas::from_fn(size, |x, y| inside(x, y) * texture(x, y))
    }
}

/// A round surface with an uneven edge, often symmetric: 1 inside and 0 outside.
fn silhouette(random: &mut ChaCha8Rng) -> impl Fn(f32, f32) -> f32 + use<> {
    let edge = Cloud::draw(random.random_range(2..7), random);
    let is_symmetric = random.random_bool(0.6);
    let weight = random.random_range(0.3..2.0);
    let (width, height) = (random.random_range(0.3..1.1), random.random_range(0.5..1.1));
    move |x, y| {
        let (across, down) = ((2.0 * x - 1.0) / width, (2.0 * y - 1.0) / height);
        let mirrored = if is_symmetric { edge.at(1.0 - x, y) } else { 0.0 };
        let inside = edge.at(x, y) + mirrored + weight * (1.0 - across * across - down * down);
        (3.0 * inside).clamp(0.0, 1.0)
    }
}

/// One to three rectangles and ellipses, each of a grey of its own or cut out.
fn shapes(random: &mut ChaCha8Rng) -> impl Fn(f32, f32) -> f32 + use<> {
    let count = random.random_range(1..4);
    let shapes: Vec<Shape> = (0..count).map(|_| Shape::draw(random)).collect();
    move |x, y| {
        let cover = |below, shape: &Shape| if shape.contains(x, y) { shape.grey } else { below };
        shapes.iter().fold(0.0, cover)
    }
}

struct Shape {
    is_rectangle: bool,
    centre: [f32; 2],
    /// Half the width and half the height.
    half: [f32; 2],
    /// Sine and cosine of its angle.
    turn: (f32, f32),
    /// 0 for a hole.
    grey: f32,
}

impl Shape {
    fn draw(random: &mut ChaCha8Rng) -> Self {
        let is_level = random.random_bool(0.5);
        let angle = if is_level { 0.0 } else { random.random_range(0.0..PI) };
        Self {
            is_rectangle: random.random_bool(0.5),
            centre: [0; 2].map(|_| random.random_range(0.25..0.75)),
            half: [0; 2].map(|_| random.random_range(0.07..0.43)),
            turn: angle.sin_cos(),
            grey: if random.random_bool(0.7) { random.random_range(0.25..=1.0) } else { 0.0 },
        }
    }

    fn contains(&self, x: f32, y: f32) -> bool {
        let (x, y) = (x - self.centre[0], y - self.centre[1]);
        let (sin, cos) = self.turn;
        let across = (x * cos + y * sin) / self.half[0];
        let down = (y * cos - x * sin) / self.half[1];
        if self.is_rectangle {
            across.abs() < 1.0 && down.abs() < 1.0
        } else {
            across * across + down * down < 1.0
        }
    }
}

/// The grey of each place of a surface.
fn texture(random: &mut ChaCha8Rng) -> impl Fn(f32, f32) -> f32 + use<> {
    let grey = random.random_range(0.25..=1.0);
    let cloud = Cloud::draw(random.random_range(2..15), random);
    let cloudy = random.random_range(0.0..0.8);
    let stripes = if random.random_bool(0.3) { random.random_range(3.0..11.0) } else { 0.0 };
    let is_level = random.random_bool(0.5);
    move |x, y| {
        let along = if is_level { y } else { x };
        let stripe = if (along * stripes * TAU).sin() > 0.0 { 0.5 } else { 1.0 };
        grey * (1.0 + cloudy * cloud.at(x, y)) * stripe
    }
}
