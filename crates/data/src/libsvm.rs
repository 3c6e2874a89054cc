//! LIBSVM's format (<https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/>): in each line a
//! label, and the values that are not 0, each behind its place: `7 153:0.2 154:0.9`.

use std::{io::BufRead, path::Path};

use crate::{
    Form, ImageSize, Problem, ReadOptions,
    labels::LabelsBuilder,
    raw::{MAX_PIXELS, RawImages},
    set::Scale,
    shown::{printable, shortened},
    source,
    text::{Content, next_line},
};

/// Whether a text begins like this format.
pub(crate) fn is_libsvm(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    let text = String::from_utf8_lossy(line.unwrap_or_default());
    let mut words = text.split_whitespace();
    let has_label = words.next().is_some_and(|label| label.parse::<f64>().is_ok());
    // The last one of the first bytes may be cut.
    let mut values = words.peekable();
    has_label && values.peek().is_some() && values.all(|word| place_and_value(word).is_some())
}

fn place_and_value(word: &str) -> Option<(usize, f64)> {
    let (place, value) = word.split_once(':')?;
    Some((place.parse().ok()?, value.parse().ok()?))
}

/// What the first pass finds: the range of the places, and of the values.
struct Survey {
    first: usize,
    last: usize,
    has_fractions: bool,
    min: f64,
    max: f64,
    rows: usize,
}

/// The content of a file.
pub(crate) fn content(text: &mut dyn BufRead, path: &Path, options: &ReadOptions) -> Content {
    Content::hashed(text, |text| read(text, path, options))
}

/// Reads a file in two passes: only all rows together tell the size of the images and the scale of
/// the values.
fn read(text: &mut dyn BufRead, path: &Path, options: &ReadOptions) -> Result<Content, Problem> {
    let survey = Survey::of(text)?;
    // Places count from 1, as LIBSVM has them, or from 0.
    let base = usize::from(survey.first > 0);
    let least = survey.last + 1 - base;
    let size = options.image.or_else(|| smallest_square(least)).filter(|it| it.pixels() >= least);
    let Some(size) = size else {
        return Err(Problem::Form(format!(
            "{least} values in a row; expected those of an image: give its size as in --image 28x28"
        )));
    };
    if size.pixels().saturating_mul(survey.rows) > MAX_PIXELS {
        let what = format!("more than {MAX_PIXELS} pixels; expected fewer or smaller images");
        return Err(Problem::Form(what));
    }
    let scale = Scale::of_range(survey.has_fractions, survey.min, survey.max);
    let mut pass = SecondPass {
        base,
        scale,
        most: options.pixel_max.get(),
        images: RawImages::new(size.pixels()),
        labels: LabelsBuilder::default(),
    };
    let read = |text: &mut dyn BufRead, _| for_each_row(text, |row| pass.add(row));
    source::with_content(path, read).map_err(Problem::Open)??;
    let mut form = Form::default();
    form.add("format", "LIBSVM");
    scale.describe(&mut form);
    if least < size.pixels() {
        form.note("size", format!("places up to {least}: read as {size} pixels, the others 0"));
    }
    let SecondPass { images, labels, .. } = pass;
    Ok(Content {
        size: Some(size),
        memory: images.memory(),
        images,
        labels: Some(labels.finish()),
        scale,
        form,
        is_complete: true,
        ..Content::default()
    })
}

impl Survey {
    fn of(text: &mut dyn BufRead) -> Result<Self, Problem> {
        let mut survey =
            Self { first: usize::MAX, last: 0, has_fractions: false, min: 0.0, max: 0.0, rows: 0 };
        for_each_row(text, |row| {
            survey.rows += 1;
            for (place, value) in row.values {
                survey.first = survey.first.min(*place);
                survey.last = survey.last.max(*place);
                survey.has_fractions |= value.fract() != 0.0;
                survey.min = survey.min.min(*value);
                survey.max = survey.max.max(*value);
            }
            Ok(())
        })?;
        match survey.first {
            usize::MAX => Err(Problem::Form("no values".to_owned())),
            _ => Ok(survey),
        }
    }
}

/// The second pass.
struct SecondPass {
    /// The place of the first pixel.
    base: usize,
    scale: Scale,
    most: u8,
    images: RawImages,
    labels: LabelsBuilder,
}

impl SecondPass {
    fn add(&mut self, row: Row<'_>) -> Result<(), Problem> {
        let Self { base, scale, most, .. } = *self;
        if !self.labels.push(row.label.as_bytes(), row.line) {
            let expected = "a label, of at most 1000 different ones";
            return Err(refused(row.line, row.label, expected));
        }
        let background = scale.pixel(0.0, most).unwrap_or_default();
        let mut wrong = None;
        self.images.push_with(|image| {
            image.fill(background);
            for (place, value) in row.values {
                // The file may have changed since the first pass.
                let pixel = place.checked_sub(base).and_then(|place| image.get_mut(place));
                match (pixel, scale.pixel(*value, most)) {
                    (Some(pixel), Some(value)) => *pixel = value,
                    _ => wrong = wrong.or(Some(*value)),
                }
            }
            true
        });
        match wrong {
            Some(value) => {
                let (line, expected) = (row.line, scale.expected(most));
                let what =
                    format!("line {line}: {value} is not a pixel value; expected {expected}");
                Err(Problem::Form(what))
            }
            None => Ok(()),
        }
    }
}

/// A row of a file.
struct Row<'a> {
    line: usize,
    label: &'a str,
    /// The places and values of the pixels that are not 0.
    values: &'a [(usize, f64)],
}

fn refused(line: usize, word: &str, expected: &str) -> Problem {
    let word = printable(&shortened(word, 20));
    Problem::Form(format!("line {line}: {word:?}; expected {expected}"))
}

/// Passes each row of a text on.
fn for_each_row(
    text: &mut dyn BufRead,
    mut see: impl FnMut(Row<'_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let (mut bytes, mut values) = (Vec::new(), Vec::new());
    for line in 1.. {
        bytes.clear();
        if next_line(text, b'\n', line, &mut bytes)? == 0 {
            break;
        }
        let text = String::from_utf8_lossy(&bytes);
        // A comment may stand behind the values.
        let mut words = text.split('#').next().unwrap_or_default().split_whitespace();
        let Some(label) = words.next() else { continue };
        values.clear();
        for word in words {
            // No image has more pixels.
            const MOST: usize = 512 * 512;
            let value = place_and_value(word)
                .filter(|(place, value)| *place <= MOST && value.is_finite())
                .ok_or_else(|| {
                    refused(line, word, "the place of a pixel and its value, as in 153:0.2")
                })?;
            values.push(value);
        }
        see(Row { line, label, values: &values })?;
    }
    Ok(())
}

/// The smallest square image with at least this many pixels.
fn smallest_square(pixels: usize) -> Option<ImageSize> {
    let side = pixels.isqrt();
    let side = if side * side < pixels { side + 1 } else { side };
    ImageSize::square(side * side)
}
