//! Images and labels as arrays of numbers: MNIST's own IDX files, and NumPy's `.npy` and `.npz`.

mod array;
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
    raw::{MAX_PIXELS, RawImages},
    set::Scale,
    text::Content,
};

pub(crate) use array::Array;
use array::BELIEVED;

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
            let (labels, memory) = label_file::read(&labels, rows)?;
            images.memory = images.memory.max(images.images.memory() + memory);
            images.labels = Some(labels);
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
        content.memory += labels.as_ref().map_or(0, Array::memory);
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

impl Array {
    /// The images in this array.
    ///
    /// # Errors
    /// The shape or a value is not that of images.
    pub(crate) fn into_images(self, options: &ReadOptions) -> Result<Content, Problem> {
        let (size, layout) = layout(&self, options)?;
        let (shape, channels) = (self.shape_in_words(), layout.channels());
        if self.len() / channels > MAX_PIXELS {
            let what = format!("more than {MAX_PIXELS} pixels; expected fewer or smaller images");
            return Err(Problem::Form(what));
        }
        let mut content = Content { size: Some(size), is_complete: true, ..Content::default() };
        content.form.add("shape", shape);
        // More memory than is believed to be needed is taken in a second step, which may copy.
        let copied = if self.memory() > BELIEVED { BELIEVED } else { 0 };
        content.memory = self.memory() + copied;
        // Bytes in order become the images themselves.
        let held = if self.is_plain() { 0 } else { self.memory() };
        let pixels = size.pixels() * channels;
        let (values, scale) = self.into_pixels(pixels, options.pixel_max.get())?;
        content.scale = scale;
        content.memory = content.memory.max(held + values.memory());
        content.images = match layout {
            Layout::Grey => values,
            Layout::Colour => {
                let mut planes = Planes::default();
                (0..values.len()).for_each(|index| planes.add(values.image(index), 3));
                let grey = colour::to_grey(&values, &planes, &mut content.form);
                content.memory = content.memory.max(values.memory() + grey.memory());
                grey
            }
        };
        scale.describe(&mut content.form);
        Ok(content)
    }

    /// The values as images of this many pixels, and their scale.
    fn into_pixels(self, pixels: usize, most: u8) -> Result<(RawImages, Scale), Problem> {
        if self.has_texts() {
            return Err(Problem::Form("texts; expected numbers, the pixels".to_owned()));
        }
        let array = match self.into_bytes() {
            Err(array) => array,
            Ok(bytes) => {
                let wrong = bytes.iter().find(|byte| **byte > most).copied();
                let images = RawImages::from_bytes(pixels, bytes);
                return match (wrong, images) {
                    (Some(byte), _) => Err(not_a_pixel(byte.into(), Scale::Whole, most)),
                    (None, Some(images)) => Ok((images, Scale::Whole)),
                    (None, None) => Err(Problem::Form("no images".to_owned())),
                };
            }
        };
        let scale = Scale::of((0..array.len()).map(|index| array.number(index)));
        let mut images = RawImages::new(pixels);
        for first in (0..array.len()).step_by(pixels) {
            let mut wrong = None;
            images.push_with(|image| {
                for (index, value) in (first..).zip(image) {
                    let number = array.number(index);
                    match scale.pixel(number, most) {
                        Some(pixel) => *value = pixel,
                        None => wrong = wrong.or(Some(number)),
                    }
                }
                true
            });
            if let Some(number) = wrong {
                return Err(not_a_pixel(number, scale, most));
            }
        }
        Ok((images, scale))
    }

    /// The labels in this array, one for each row: numbers, texts, or in one-hot form.
    ///
    /// # Errors
    /// The array has another number of labels, or too many different ones.
    pub(crate) fn into_labels(self, rows: usize) -> Result<Labels, Problem> {
        let refuse = |found: &str| {
            let shape = self.shape_in_words();
            Problem::Form(format!("{found} (shape {shape}); expected {rows}, one for each image"))
        };
        let classes = match self.shape[..] {
            [count] | [count, 1] if count == rows => 1,
            [count, classes] if count == rows => classes,
            _ => return Err(refuse("not one label for each image")),
        };
        if self.has_texts() && classes != 1 {
            return Err(refuse("several texts for each image"));
        }
        let mut labels = LabelsBuilder::default();
        for row in 0..rows {
            let label = if classes == 1 { self.text(row) } else { self.one_hot(row, classes)? };
            if !labels.push(label.as_bytes(), row + 1) {
                return Err(Problem::Form("too many different labels".to_owned()));
            }
        }
        Ok(labels.finish())
    }

    /// The place of the 1 in a row of labels in one-hot form.
    fn one_hot(&self, row: usize, classes: usize) -> Result<String, Problem> {
        let mut ones = Vec::new();
        let is_one_hot = (0..classes).all(|class| match self.number(row * classes + class) {
            1.0 => {
                ones.push(class);
                true
            }
            number => number == 0.0,
        });
        match ones[..] {
            [class] if is_one_hot => Ok(class.to_string()),
            _ => {
                let what = "several values for each image that are not in one-hot form; expected \
                            one label for each image";
                Err(Problem::Form(what.to_owned()))
            }
        }
    }
}

fn not_a_pixel(value: f64, scale: Scale, most: u8) -> Problem {
    let expected = scale.expected(most);
    Problem::Form(format!("{value} is not a pixel value; expected {expected}"))
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
