//! From a page to its digits: how many there are in each line, and which pages are refused.

use std::path::{Path, PathBuf};

use data::ImageSize;
use image::{GrayImage, Luma};
use tempfile::TempDir;

/// The width and height of a digit, and the gap after it.
const WIDTH: i64 = 50;
const HEIGHT: i64 = 80;
const GAP: i64 = 25;

/// Whether a seven has ink here.
fn seven(x: i64, y: i64) -> bool {
    (0..WIDTH).contains(&x) && (0..10).contains(&y)
        || (WIDTH - 10..WIDTH).contains(&x) && (0..HEIGHT).contains(&y)
}

/// Whether a five with a loose bar has ink here.
fn five(x: i64, y: i64) -> bool {
    (14..WIDTH + 6).contains(&x) && (0..9).contains(&y)
        || (0..10).contains(&x) && (14..44).contains(&y)
        || (0..WIDTH).contains(&x) && (38..48).contains(&y)
        || (WIDTH - 10..WIDTH).contains(&x) && (38..HEIGHT).contains(&y)
}

/// A page of sevens and fives, as characters in lines, whose ink may be anywhere else, too.
fn page(lines: &[&str], slope: f64, else_ink: impl Fn(i64, i64) -> bool) -> GrayImage {
    GrayImage::from_fn(640, 480, |x, y| {
        let (column, row) = (i64::from(x), i64::from(y));
        let across = column - 60;
        let down = row - 80 - (slope * (column - 320) as f64) as i64;
        let line = lines.get(usize::try_from(down.div_euclid(HEIGHT + 45)).unwrap_or(usize::MAX));
        let place = usize::try_from(across.div_euclid(WIDTH + GAP)).unwrap_or(usize::MAX);
        let digit = line.and_then(|line| line.chars().nth(place));
        let (x, y) = (across.rem_euclid(WIDTH + GAP), down.rem_euclid(HEIGHT + 45));
        let is_ink = match digit {
            Some('7') => seven(x, y),
            Some('5') => five(x, y),
            // A seven whose bar reaches the next digit.
            Some('T') => seven(x, y) || (WIDTH..WIDTH + GAP).contains(&x) && (0..10).contains(&y),
            Some('-') => (10..40).contains(&x) && (36..44).contains(&y),
            Some(',') => (20..30).contains(&x) && (HEIGHT - 8..HEIGHT + 10).contains(&y),
            _ => false,
        };
        Luma([if is_ink || else_ink(column, row) { 30 } else { 225 }])
    })
}

/// The number of digits in each line, or why there are none, without the name of the file.
fn counts(picture: &GrayImage) -> Vec<Result<usize, String>> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("page.png");
    picture.save(&path).unwrap();
    let text = |error: photo::PhotoError| {
        error.to_string().strip_prefix(&format!("{}: ", path.display())).unwrap().to_owned()
    };
    match photo::read_page(&path, ImageSize::MNIST) {
        Ok(lines) => {
            lines.into_iter().map(|line| line.map(|line| line.len()).map_err(text)).collect()
        }
        Err(error) => vec![Err(text(error))],
    }
}

#[test]
fn the_digits_of_each_line_are_found_from_left_to_right() {
    let none = |_, _| false;
    assert_eq!(counts(&page(&["7777", "57", "775"], 0.0, none)), [Ok(4), Ok(2), Ok(3)]);
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("page.png");
    page(&["757"], 0.0, none).save(&path).unwrap();
    let lines = photo::read_page(&path, ImageSize::MNIST).unwrap();
    let digits = lines[0].as_ref().unwrap();
    let difference = |one: &[u8], other: &[u8]| -> u32 {
        one.iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(*other))).sum()
    };
    assert!(difference(&digits[0], &digits[2]) < 2_000, "both are sevens");
    assert!(difference(&digits[0], &digits[1]) > 10_000, "one is a five");
}

#[test]
fn lines_may_slope_and_digits_may_have_loose_parts() {
    for slope in [-0.17, -0.1, 0.1, 0.17] {
        let found = counts(&page(&["757575", "55777"], slope, |_, _| false));
        assert_eq!(found, [Ok(6), Ok(5)], "{slope}");
    }
}

#[test]
fn dashes_commas_rules_and_specks_are_no_digits() {
    let rule = |x: i64, y: i64| (20..620).contains(&x) && (186..190).contains(&y);
    let specks = |x: i64, y: i64| x % 97 < 3 && y % 89 < 3;
    let found = counts(&page(&["57-757", "775,75"], 0.0, |x, y| rule(x, y) || specks(x, y)));
    assert_eq!(found, [Ok(5), Ok(5)]);
}

#[test]
fn a_line_with_digits_that_touch_is_refused_and_the_others_are_read() {
    let found = counts(&page(&["7777", "77T77", "555"], 0.0, |_, _| false));
    let expected = "line 2: digits 3 and 4 touch; expected gaps between the digits";
    assert_eq!(found, [Ok(4), Err(expected.to_owned()), Ok(3)]);
    // A stroke from the first line to the second.
    let stroke = |x: i64, y: i64| (100..110).contains(&x) && (100..280).contains(&y);
    let found = counts(&page(&["7777", "7777"], 0.0, stroke));
    let told = found.into_iter().find_map(Result::err);
    assert_eq!(
        told.as_deref(),
        Some("line 1: digit 1 touches another line; expected gaps between the digits")
    );
}

#[test]
fn a_page_without_digits_is_refused() {
    let found = counts(&page(&[], 0.0, |_, _| false));
    assert!(found.len() == 1 && found[0].as_ref().is_err_and(|told| told.contains("no ink")));
}

/// The pages that `fixtures/pages.py` made, and the numbers in their names.
fn pages() -> Vec<(PathBuf, Vec<usize>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/numbers");
    let pages = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let lengths = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        name.split('-').skip(1).map(str::len).collect()
    };
    pages.map(|path| (path.clone(), lengths(&path))).collect()
}

#[test]
fn nine_of_ten_lines_by_pens_and_fonts_have_their_five_digits() {
    let (mut right, mut all) = (0, 0);
    for (path, expected) in pages() {
        let lines = photo::read_page(&path, ImageSize::MNIST).unwrap();
        let found: Vec<usize> =
            lines.into_iter().map(|line| line.map_or(0, |line| line.len())).collect();
        all += expected.len();
        right += expected.iter().zip(&found).filter(|(one, other)| one == other).count();
        assert_eq!(found.len(), expected.len(), "{}: {found:?}", path.display());
    }
    assert!(all == 24 && right >= 22, "{right} of {all}");
}
