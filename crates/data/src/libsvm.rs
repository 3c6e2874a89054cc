//! LIBSVM's format (<https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/>): in each line a
//! label, and the values that are not 0, each behind its place: `7 153:0.2 154:0.9`.

use std::{io::BufRead, path::Path};

use crate::{
    Form, ImageSize, Problem, ReadOptions,
    labels::LabelsBuilder,
    raw::RawImages,
    set::Scale,
    shown::{printable, shortened},
    text::{Content, MAX_LINES, MAX_PIXELS},
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

/// The rows of a file.
#[derive(Default)]
struct Rows {
    labels: LabelsBuilder,
    /// The end of each row in `values`.
    ends: Vec<usize>,
    /// The place and the value of each pixel that is not 0.
    values: Vec<(u32, f32)>,
    /// The lowest and the highest place.
    first: usize,
    last: usize,
}

/// The content of a file.
pub(crate) fn content(text: &mut dyn BufRead, _path: &Path, options: &ReadOptions) -> Content {
    Content::hashed(text, |text| read(text, options))
}

fn read(text: &mut dyn BufRead, options: &ReadOptions) -> Result<Content, Problem> {
    let rows = rows(text)?;
    // Places count from 1, as LIBSVM has them, or from 0.
    let (base, least) = if rows.first == 0 { (0, rows.last + 1) } else { (1, rows.last) };
    let size = options.image.or_else(|| smallest_square(least)).filter(|it| it.pixels() >= least);
    let Some(size) = size else {
        return Err(Problem::Form(format!(
            "{least} values in a row; expected those of an image: give its size as in --image 28x28"
        )));
    };
    if size.pixels() * rows.ends.len() > MAX_PIXELS {
        let what = format!("more than {MAX_PIXELS} pixels; expected fewer or smaller images");
        return Err(Problem::Form(what));
    }
    let numbers: Vec<f64> = rows.values.iter().map(|(_, value)| f64::from(*value)).collect();
    let (scale, most) = (Scale::of(&numbers), options.pixel_max.get());
    let background = scale.pixel(0.0, most).unwrap_or_default();
    let (mut images, mut start) = (RawImages::new(size.pixels()), 0);
    for (row, end) in rows.ends.iter().enumerate() {
        let mut wrong = None;
        images.push_with(|image| {
            image.fill(background);
            for (place, value) in &rows.values[start..*end] {
                match scale.pixel(f64::from(*value), most) {
                    Some(pixel) => image[*place as usize - base] = pixel,
                    None => wrong = Some(*value),
                }
            }
            true
        });
        if let Some(value) = wrong {
            let expected = scale.expected(most);
            let what =
                format!("row {}: {value} is not a pixel value; expected {expected}", row + 1);
            return Err(Problem::Form(what));
        }
        start = *end;
    }
    let mut form = Form::default();
    form.add("format", "LIBSVM");
    scale.describe(&mut form);
    if least < size.pixels() {
        form.note("size", format!("places up to {least}: read as {size} pixels, the others 0"));
    }
    let labels = Some(rows.labels.finish());
    Ok(Content {
        size: Some(size),
        images,
        labels,
        scale,
        form,
        is_complete: true,
        ..Content::default()
    })
}

fn rows(text: &mut dyn BufRead) -> Result<Rows, Problem> {
    let mut rows = Rows { first: usize::MAX, ..Rows::default() };
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.map_err(|reason| Problem::Read { line, reason })?;
        // A comment may stand behind the values.
        let text = text.split('#').next().unwrap_or_default();
        let mut words = text.split_whitespace();
        let Some(label) = words.next() else { continue };
        let refuse = |word: &str, expected: &str| {
            let word = printable(&shortened(word, 20));
            Problem::Form(format!("line {line}: {word:?}; expected {expected}"))
        };
        if line > MAX_LINES || !rows.labels.push(label.as_bytes(), line) {
            return Err(refuse(label, "a label, of at most 1000 different ones"));
        }
        for word in words {
            // No image has more pixels.
            const MOST: usize = 512 * 512;
            let (place, value) = place_and_value(word)
                .filter(|(place, value)| *place <= MOST && value.is_finite())
                .ok_or_else(|| refuse(word, "the place of a pixel and its value, as in 153:0.2"))?;
            (rows.first, rows.last) = (rows.first.min(place), rows.last.max(place));
            rows.values.push((place as u32, value as f32));
        }
        rows.ends.push(rows.values.len());
    }
    if rows.values.is_empty() {
        return Err(Problem::Form("no values".to_owned()));
    }
    Ok(rows)
}

/// The smallest square image with at least this many pixels.
fn smallest_square(pixels: usize) -> Option<ImageSize> {
    let side = pixels.isqrt();
    let side = if side * side < pixels { side + 1 } else { side };
    ImageSize::square(side * side)
}
