//! Noise.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{canvas::Canvas, cloud::Cloud};
use crate::ImageSize;

/// Grey pixels, specks, clouds with clear edges or soft ones, or one grey everywhere.
pub(super) fn noise(size: ImageSize, random: &mut ChaCha8Rng) -> Canvas {
    match random.random_range(0..4) {
        0 => {
            let most = random.random_range(0.1..=1.0);
            pixels(size, || random.random_range(0.0..=most))
        }
        1 => {
            let share = random.random_range(0.01..0.6);
            pixels(size, || {
                if random.random_bool(share) { random.random_range(0.3..=1.0) } else { 0.0 }
            })
        }
        2 => {
            let cloud = Cloud::draw(random.random_range(2..15), random);
            let threshold = random.random_range(-0.6..0.6);
            let contrast = random.random_range(0.4..3.0);
            Canvas::from_fn(size, |x, y| (cloud.at(x, y) - threshold) * contrast)
        }
        _ => {
            let grey = if random.random_bool(0.3) { 0.0 } else { random.random_range(0.0..=1.0) };
            Canvas::from_fn(size, |_, _| grey)
        }
    }
}

/// Pixels that are independent of each other.
fn pixels(size: ImageSize, mut pixel: impl FnMut() -> f32) -> Canvas {
    let mut canvas = Canvas::blank(size.width(), size.height());
    for y in 0..size.height() as isize {
        for x in 0..size.width() as isize {
            canvas.add(x, y, pixel());
        }
    }
    canvas
}
