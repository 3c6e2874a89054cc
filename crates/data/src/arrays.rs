//! Images and labels as arrays of numbers: MNIST's own IDX files, and NumPy's `.npy` and `.npz`.

pub(crate) mod idx;
pub(crate) mod npy;
pub(crate) mod npz;

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use crate::{
    ImageSize, Labels, Problem, ReadOptions,
    colour::{self, Planes},
    label_file,
    labels::LabelsBuilder,
    raw::RawImages,
    set::Scale,
    text::{Content, MAX_PIXELS},
};

/// The content of an IDX file, with its labels if they are in a file beside it.
pub(crate) fn content_of_idx(
    content: &mut dyn BufRead,
    path: &Path,
    options: &ReadOptions,
) -> Content {
    Content::hashed(content, |content| {
        let mut images = idx::read(content)?.into_images(options)?;
        images.form.add("format", "IDX");
        if let Some(labels) = idx::labels_beside(path).filter(|_| options.labels.is_none()) {
            let rows = images.images.len();
            images.form.note("labels", format!("labels from {}", labels.display()));
            images.labels = Some(label_file::read(&labels, rows)?);
        }
        Ok(images)
    })
}

/// The content of a `.npy` file.
pub(crate) fn content_of_npy(
    content: &mut dyn BufRead,
    _path: &Path,
    options: &ReadOptions,
) -> Content {
    Content::hashed(content, |content| {
        let mut images = npy::read(content)?.into_images(options)?;
        images.form.add("format", "NumPy");
        Ok(images)
    })
}

/// The content of a `.npz` file, or of an array in it.
pub(crate) fn content_of_npz(path: &Path, options: &ReadOptions) -> Content {
    let file = npz::split(path).map_or(path, |(file, _)| file);
    let whole = File::open(file).map_err(Problem::Open);
    let read = |_: &mut dyn Read| {
        let (images, labels, names) = npz::read(path)?;
        let mut content = images.into_images(options)?;
        content.form.add("format", "NumPy");
        content.form.add("arrays", names);
        let labels = labels.filter(|_| options.labels.is_none());
        let rows = content.images.len();
        content.labels = labels.map(|labels| labels.into_labels(rows)).transpose()?;
        Ok(content)
    };
    match whole {
        Ok(mut file) => Content::hashed(&mut BufReader::new(&mut file), |content| read(content)),
        Err(problem) => Content { problems: vec![problem], ..Content::default() },
    }
}

/// An array of numbers, or of texts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Array {
    /// The length of each dimension.
    pub(crate) shape: Vec<usize>,
    /// The values, the last dimension fastest.
    pub(crate) values: Values,
}

/// The values of an array.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    Bytes(Vec<u8>),
    Numbers(Vec<f64>),
    Texts(Vec<String>),
}

impl Array {
    /// The shape in words: `60000x28x28`.
    fn shape_in_words(&self) -> String {
        self.shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
    }

    /// The images in this array.
    ///
    /// # Errors
    /// The shape or a value is not that of images.
    pub(crate) fn into_images(self, options: &ReadOptions) -> Result<Content, Problem> {
        let (size, layout) = layout(&self, options)?;
        let shape = self.shape_in_words();
        let (bytes, scale) = bytes(self.values, options)?;
        let mut content =
            Content { size: Some(size), scale, is_complete: true, ..Content::default() };
        content.form.add("shape", shape);
        let channels = layout.channels();
        if bytes.len() / channels > MAX_PIXELS {
            let what = format!("more than {MAX_PIXELS} pixels; expected fewer or smaller images");
            return Err(Problem::Form(what));
        }
        let values = RawImages::from_bytes(size.pixels() * channels, bytes);
        let values = values.ok_or_else(|| Problem::Form("no images".to_owned()))?;
        content.images = match layout {
            Layout::Grey => values,
            Layout::Colour => {
                let mut planes = Planes::default();
                (0..values.len()).for_each(|index| planes.add(values.image(index), 3));
                colour::to_grey(&values, &planes, &mut content.form)
            }
        };
        scale.describe(&mut content.form);
        Ok(content)
    }

    /// The labels in this array, one for each row: numbers, texts, or in one-hot form.
    ///
    /// # Errors
    /// The array has another number of labels, or too many different ones.
    pub(crate) fn into_labels(self, rows: usize) -> Result<Labels, Problem> {
        let shape = self.shape_in_words();
        let refuse = |found: String| {
            Problem::Form(format!("{found} (shape {shape}); expected {rows}, one for each image"))
        };
        let classes = match self.shape[..] {
            [count] | [count, 1] if count == rows => 1,
            [count, classes] if count == rows => classes,
            _ => return Err(refuse("not one label for each image".to_owned())),
        };
        let texts: Vec<String> = match self.values {
            Values::Texts(texts) if classes == 1 => texts,
            Values::Texts(_) => return Err(refuse("several texts for each image".to_owned())),
            Values::Bytes(bytes) => labels_of(bytes.into_iter().map(f64::from).collect(), classes)?,
            Values::Numbers(numbers) => labels_of(numbers, classes)?,
        };
        let mut labels = LabelsBuilder::default();
        for (row, text) in texts.iter().enumerate() {
            if !labels.push(text.as_bytes(), row + 1) {
                return Err(Problem::Form("too many different labels".to_owned()));
            }
        }
        Ok(labels.finish())
    }
}

/// Numbers as labels; of several for each image, which are in one-hot form, the place of the 1.
fn labels_of(numbers: Vec<f64>, classes: usize) -> Result<Vec<String>, Problem> {
    if classes == 1 {
        return Ok(numbers.iter().map(f64::to_string).collect());
    }
    let class = |row: &[f64]| {
        let is_one_hot = row.iter().all(|value| *value == 0.0 || *value == 1.0)
            && row.iter().sum::<f64>() == 1.0;
        row.iter().position(|value| *value == 1.0).filter(|_| is_one_hot)
    };
    let refused = "several values for each image that are not in one-hot form; expected one label \
                   for each image";
    let classes: Option<Vec<usize>> = numbers.chunks_exact(classes).map(class).collect();
    let classes = classes.ok_or_else(|| Problem::Form(refused.to_owned()))?;
    Ok(classes.iter().map(usize::to_string).collect())
}

/// The values of a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Grey,
    Colour,
}

impl Layout {
    fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Colour => 3,
        }
    }
}

/// The size of the images in an array, and the values of their pixels.
fn layout(array: &Array, options: &ReadOptions) -> Result<(ImageSize, Layout), Problem> {
    let size = |width, height| {
        ImageSize::new(width, height)
            .filter(|size| options.image.is_none_or(|image| image == *size))
    };
    let flat = |pixels| match options.image {
        Some(image) => Some(image).filter(|image| image.pixels() == pixels),
        None => ImageSize::square(pixels),
    };
    let found = match array.shape[..] {
        [0, ..] => None,
        [_, pixels] => flat(pixels)
            .map(|size| (size, Layout::Grey))
            .or_else(|| Some((flat(pixels / 3).filter(|_| pixels % 3 == 0)?, Layout::Colour))),
        [_, height, width] | [_, 1, height, width] | [_, height, width, 1] => {
            size(width, height).map(|size| (size, Layout::Grey))
        }
        [_, height, width, 3] | [_, 3, height, width] => {
            size(width, height).map(|size| (size, Layout::Colour))
        }
        _ => None,
    };
    match found {
        Some((size, Layout::Colour)) if !options.grey => Err(Problem::Form(format!(
            "an array of shape {}: images of {size} pixels of three colours; give --grey to turn \
             them to grey",
            array.shape_in_words()
        ))),
        Some((_, Layout::Grey)) if options.grey => Err(Problem::Form(format!(
            "an array of shape {}: images without colour; --grey expects three values for each \
             pixel",
            array.shape_in_words()
        ))),
        Some(found) => Ok(found),
        None => Err(Problem::Form(format!(
            "an array of shape {}; expected images: number, height, width; or number, pixels of a \
             square{}",
            array.shape_in_words(),
            options.image.map_or_else(String::new, |image| format!(", of {image} pixels"))
        ))),
    }
}

/// The values as pixels, and their scale.
fn bytes(values: Values, options: &ReadOptions) -> Result<(Vec<u8>, Scale), Problem> {
    let most = options.pixel_max.get();
    let refuse = |value: f64, expected: String| {
        Problem::Form(format!("{value} is not a pixel value; expected {expected}"))
    };
    match values {
        Values::Texts(_) => Err(Problem::Form("texts; expected numbers, the pixels".to_owned())),
        Values::Bytes(bytes) => match bytes.iter().find(|byte| **byte > most) {
            Some(byte) => Err(refuse(f64::from(*byte), format!("a whole number from 0 to {most}"))),
            None => Ok((bytes, Scale::Whole)),
        },
        Values::Numbers(numbers) => {
            let scale = Scale::of(&numbers);
            let pixel = |number: &f64| scale.pixel(*number, most);
            let pixels: Option<Vec<u8>> = numbers.iter().map(pixel).collect();
            let wrong = || numbers.iter().find(|number| pixel(number).is_none());
            pixels.map(|pixels| (pixels, scale)).ok_or_else(|| {
                let wrong = wrong().copied().unwrap_or_default();
                refuse(wrong, scale.expected(most))
            })
        }
    }
}
