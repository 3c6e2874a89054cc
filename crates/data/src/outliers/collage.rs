//! Collages of two images.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::canvas::Canvas;

/// Two images side by side, which touch or nearly do; sometimes one above the other.
pub(super) fn pair(one: &Canvas, other: &Canvas, random: &mut ChaCha8Rng) -> Canvas {
    let quarters = if random.random_bool(0.15) { 1 } else { 0 };
    let [one, other] = [one, other].map(|image| image.trimmed().turned(quarters));
    let height = one.height().max(other.height()) + one.height().max(other.height()) / 5;
    let overlap = (random.random_range(-0.06..0.18) * one.width() as f32).round() as isize;
    let left = one.width() as isize - overlap;
    let mut pair = Canvas::blank(one.width() + other.width() + 1, height);
    let mut top = |image: &Canvas| random.random_range(0..=height - image.height()) as isize;
    let tops = [top(&one), top(&other)];
    pair.add_all(&one, 0, tops[0]);
    pair.add_all(&other, left, tops[1]);
    // Turned back.
    pair.turned(4 - quarters)
}

/// An image over another one, which is turned and moved.
pub(super) fn overlay(mut one: Canvas, other: &Canvas, random: &mut ChaCha8Rng) -> Canvas {
    let other = other.turned(random.random_range(0..4));
    let mut place = |side: usize, other: usize| {
        let move_by = (random.random_range(-0.25..0.25) * side as f32).round() as isize;
        (side as isize - other as isize) / 2 + move_by
    };
    let (left, top) = (place(one.width(), other.width()), place(one.height(), other.height()));
    one.add_all(&other, left, top);
    one
}

/// A part of an image, and beside it or below it a part of another one, which is turned.
pub(super) fn halves(one: Canvas, other: &Canvas, random: &mut ChaCha8Rng) -> Canvas {
    let other = other.turned(random.random_range(1..4));
    let other = other.part(0, 0, one.width(), one.height());
    let is_beside = random.random_bool(0.5);
    let length = if is_beside { one.width() } else { one.height() };
    let cut = random.random_range(length / 3..=length - length / 3);
    let (width, height) = if is_beside { (cut, one.height()) } else { (one.width(), cut) };
    let mut halves = one.part(0, 0, width, height).part(0, 0, one.width(), one.height());
    let (left, top) = if is_beside { (cut, 0) } else { (0, cut) };
    let rest = other.part(left as isize, top as isize, one.width() - left, one.height() - top);
    halves.add_all(&rest, left as isize, top as isize);
    halves
}
