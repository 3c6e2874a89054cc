//! The digits of a page: lines from top to bottom, and digits from left to right.

use std::collections::HashMap;

use image::GrayImage;

use crate::{
    grey::Plane,
    piece::{self, Piece},
};

/// The contrast of fine lines, as a fraction of that of other lines: other digits may be bold.
const FINE: f32 = 0.35;
/// The steepest lines, as a slope: 11°.
const STEEPEST: f64 = 0.2;
/// The number of slopes from level to the steepest.
const SLOPES: i32 = 20;
/// The height of the strips in which ink is counted, in pixels.
const STRIP: f64 = 2.0;

/// The least height of a line, as a fraction of the height of most digits of the page. Less is a
/// comma, a dash or a speck.
const LEAST: f64 = 1.0 / 3.0;
/// The least height of a digit or of its main stroke, as a fraction of the height of most digits of
/// the line. Less is part of a digit, such as the loose bar of a 5, or no digit.
const TALL: f64 = 0.5;
/// How far above or below a line the middle of a piece of it may lie, as a fraction of its height.
const BEYOND: f64 = 0.15;
/// The least overlap of the pieces of one digit, as a fraction of the narrower one.
const SAME: f64 = 0.5;
/// The largest gap between a digit and a small part of it, as a fraction of the line's height.
const GAP: f64 = 0.08;
/// The least width of a straight rule, as a fraction of the height of most digits.
const RULE: f64 = 1.5;
/// The least ratio of width to height of a rule.
const FLAT: f64 = 4.0;
/// The least width of two digits that touch, as a multiple of the median width of the line's other
/// digits, and the least such median, as a fraction of the height of most digits.
const TWO: f64 = 1.5;
const NARROW: f64 = 0.57;
/// The largest height of a digit, as a fraction of the height of most digits of its line.
const HIGHEST: f64 = 1.7;

/// The ink of each digit of a line, 255 on 0, cut to its bounding box.
pub type Line = Vec<GrayImage>;

/// Why the digits of a line cannot be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Touching {
    /// The digit at this place in the line, from 1, and the next one.
    #[error("digits {} and {} touch", .0, .0 + 1)]
    Next(usize),
    /// The digit at this place in the line, from 1, and one above or below it.
    #[error("digit {0} touches another line")]
    AnotherLine(usize),
}

/// The lines of a page, which may slope by 10°. Dashes, commas, specks and rules are left out.
pub fn lines(contrast: &Plane) -> Vec<Result<Line, Touching>> {
    let mut pieces = piece::pieces(contrast, FINE);
    pieces.retain(|piece| !piece.is_edge);
    let slope = slope(&pieces);
    let mut marks: Vec<Mark> = pieces.into_iter().map(|piece| Mark::new(piece, slope)).collect();
    let height = usual_height(&marks);
    marks.retain(|mark| !mark.is_rule(height));
    grouped(marks, height).into_iter().map(separated).collect()
}

/// The slope of the lines: ink that is counted in strips along them is in few strips.
fn slope(pieces: &[Piece]) -> f64 {
    let pixels = || pieces.iter().flat_map(|piece| &piece.pixels);
    let concentration = |slope: f64| {
        let strip = |(x, y): &(u32, u32)| ((f64::from(*y) - slope * f64::from(*x)) / STRIP) as i64;
        let mut counts = HashMap::<i64, f64>::new();
        pixels().for_each(|pixel| *counts.entry(strip(pixel)).or_default() += 1.0);
        counts.values().map(|count| count * count).sum::<f64>()
    };
    let slopes = (-SLOPES..=SLOPES).map(|step| STEEPEST * f64::from(step) / f64::from(SLOPES));
    slopes
        .map(|slope| (slope, concentration(slope)))
        .max_by(|one, other| one.1.total_cmp(&other.1))
        .map_or(0.0, |(slope, _)| slope)
}

/// A piece of ink, or a digit of several pieces, and its extent on the levelled page.
struct Mark {
    pixels: Vec<(u32, u32)>,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Mark {
    fn new(piece: Piece, slope: f64) -> Self {
        let ends = |along: &dyn Fn(f64, f64) -> f64| {
            piece
                .pixels
                .iter()
                .map(|(x, y)| along(f64::from(*x), f64::from(*y)))
                .fold((f64::MAX, f64::MIN), |(least, most), place| {
                    (least.min(place), most.max(place))
                })
        };
        let (left, right) = ends(&|x, y| x + slope * y);
        let (top, bottom) = ends(&|x, y| y - slope * x);
        Self { pixels: piece.pixels, left, right: right + 1.0, top, bottom: bottom + 1.0 }
    }

    fn width(&self) -> f64 {
        self.right - self.left
    }

    fn height(&self) -> f64 {
        self.bottom - self.top
    }

    fn middle(&self) -> f64 {
        (self.top + self.bottom) / 2.0
    }

    /// Whether this is a rule or an underline, on a page with digits of this height.
    fn is_rule(&self, height: f64) -> bool {
        self.width() > RULE * height && self.width() > FLAT * self.height()
    }

    /// The gap to a mark beside it; less than 0 where they overlap.
    fn gap(&self, other: &Self) -> f64 {
        self.left.max(other.left) - self.right.min(other.right)
    }

    /// Whether both are one above the other, as parts of one digit are.
    fn overlaps(&self, other: &Self) -> bool {
        -self.gap(other) >= SAME * self.width().min(other.width())
    }

    /// Whether a smaller mark beside it lies in the same line.
    fn is_in_line_with(&self, smaller: &Self) -> bool {
        let beyond = BEYOND * self.height();
        (self.top - beyond..=self.bottom + beyond).contains(&smaller.middle())
    }

    fn add(&mut self, part: Self) {
        self.pixels.extend(part.pixels);
        self.left = self.left.min(part.left);
        self.right = self.right.max(part.right);
        self.top = self.top.min(part.top);
        self.bottom = self.bottom.max(part.bottom);
    }
}

/// The median height, where each mark counts by its height: specks count little.
fn usual_height(marks: &[Mark]) -> f64 {
    let mut heights: Vec<f64> = marks.iter().map(Mark::height).collect();
    heights.sort_by(f64::total_cmp);
    let half = heights.iter().sum::<f64>() / 2.0;
    let mut sum = 0.0;
    let reaches_half = |height: &&f64| {
        sum += **height;
        sum >= half
    };
    heights.iter().find(reaches_half).copied().unwrap_or_default()
}

/// The marks of each line, from top to bottom. Each mark joins the line of a higher mark beside it.
fn grouped(mut marks: Vec<Mark>, height: f64) -> Vec<Vec<Mark>> {
    marks.sort_by(|one, other| other.height().total_cmp(&one.height()));
    let mut lines: Vec<Vec<Mark>> = Vec::new();
    for mark in marks {
        let nearest = |line: &Vec<Mark>| {
            let tall = line.iter().filter(|tall| tall.height() >= TALL * line[0].height());
            tall.min_by(|one, other| one.gap(&mark).total_cmp(&other.gap(&mark)))
                .is_some_and(|near| near.is_in_line_with(&mark))
        };
        match lines.iter_mut().find(|line| nearest(line)) {
            Some(line) => line.push(mark),
            None => lines.push(vec![mark]),
        }
    }
    lines.retain(|line| line[0].height() >= LEAST * height);
    lines.sort_by(|one, other| one[0].middle().total_cmp(&other[0].middle()));
    lines
}

/// The digits of a line, from left to right.
fn separated(marks: Vec<Mark>) -> Result<Line, Touching> {
    let height = usual_height(&marks);
    let (mut tall, small): (Vec<Mark>, Vec<Mark>) =
        marks.into_iter().partition(|mark| mark.height() >= TALL * height);
    tall.sort_by(|one, other| one.left.total_cmp(&other.left));
    let mut digits: Vec<Mark> = Vec::new();
    for mark in tall {
        match digits.last_mut() {
            Some(digit) if digit.overlaps(&mark) => digit.add(mark),
            _ => digits.push(mark),
        }
    }
    for part in small {
        let nearest =
            digits.iter_mut().min_by(|one, other| one.gap(&part).total_cmp(&other.gap(&part)));
        if let Some(digit) = nearest
            && (digit.overlaps(&part) || digit.gap(&part) <= GAP * height)
        {
            digit.add(part);
        }
    }
    for (place, digit) in digits.iter().enumerate() {
        if digit.height() > HIGHEST * height {
            return Err(Touching::AnotherLine(place + 1));
        }
        let mut others: Vec<f64> = digits.iter().map(Mark::width).collect();
        others.remove(place);
        others.sort_by(f64::total_cmp);
        let usual = others.get(others.len() / 2).copied().unwrap_or(height);
        if digit.width() > TWO * usual.max(NARROW * height) {
            return Err(Touching::Next(place + 1));
        }
    }
    Ok(digits.iter().map(|digit| piece::cut_out(&digit.pixels)).collect())
}
