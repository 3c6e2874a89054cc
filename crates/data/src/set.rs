//! The images of a file in memory.

use std::{num::NonZeroU8, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{
    Augmentation, Classes, Form, ImageSize, Images, Labels, Problem, ReadError,
    augmentation::Originals, classes::ClassesError, raw::RawImages,
};

/// The images of a file, with or without labels. There is at least one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageSet {
    pub(crate) path: PathBuf,
    pub(crate) size: ImageSize,
    pub(crate) pixel_max: NonZeroU8,
    /// An image for each row.
    pub(crate) images: RawImages,
    pub(crate) labels: Option<Labels>,
    pub(crate) ids: Option<Ids>,
    pub(crate) scale: Scale,
    pub(crate) form: Form,
    pub(crate) sha256: String,
    pub(crate) memory: usize,
}

/// The ids of the rows of a file: its column `id`, `index`, or file names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    /// The name of the column; empty if it has none.
    pub name: String,
    /// The id of each row.
    pub of_rows: Vec<String>,
}

/// The scale of the pixel values in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Scale {
    /// Whole numbers from 0 on.
    #[default]
    Whole,
    /// Fractions from 0 to 1.
    Unit,
    /// Fractions from -1 to 1.
    Signed,
}

impl Scale {
    /// The scale of these numbers.
    pub(crate) fn of(numbers: impl Iterator<Item = f64>) -> Self {
        let (mut has_fractions, mut min, mut max) = (false, 0.0f64, 0.0f64);
        for number in numbers {
            has_fractions |= number.fract() != 0.0;
            (min, max) = (min.min(number), max.max(number));
        }
        Self::of_range(has_fractions, min, max)
    }

    /// The scale of numbers in this range, which includes 0.
    pub(crate) fn of_range(has_fractions: bool, min: f64, max: f64) -> Self {
        match has_fractions {
            true if max <= 1.0 && min >= 0.0 => Self::Unit,
            true if max <= 1.0 && min >= -1.0 => Self::Signed,
            _ => Self::Whole,
        }
    }

    /// A description of the values, for errors.
    pub(crate) fn expected(self, most: u8) -> String {
        match self {
            Self::Whole => format!("a whole number from 0 to {most}"),
            Self::Unit => "a number from 0 to 1".to_owned(),
            Self::Signed => "a number from -1 to 1".to_owned(),
        }
    }

    /// The pixel of a number; none if it is outside of the scale.
    pub(crate) fn pixel(self, number: f64, most: u8) -> Option<u8> {
        let most = f64::from(most);
        let pixel = match self {
            Self::Whole if number.fract() != 0.0 => return None,
            Self::Whole => number,
            Self::Unit => number * most,
            Self::Signed => (number + 1.0) / 2.0 * most,
        };
        (0.0..=most).contains(&pixel).then(|| pixel.round() as u8)
    }

    /// Adds itself to the description of a file.
    pub(crate) fn describe(self, form: &mut Form) {
        match self {
            Self::Whole => form.add("values", "whole numbers"),
            Self::Unit => form.note("values", "values from 0 to 1: read as 0 to the largest pixel"),
            Self::Signed => {
                form.note("values", "values from -1 to 1: read as 0 to the largest pixel");
            }
        }
    }
}

impl ImageSet {
    /// Training images: the labels determine the classes.
    ///
    /// # Errors
    /// The file has no labels, or the labels are no valid classes.
    pub fn labelled(self) -> Result<Images, ReadError> {
        let classes = self.classes();
        self.into_images(classes)
    }

    /// Test images for a network that was trained on `trained`.
    ///
    /// # Errors
    /// The file has no labels, images of another size, or a label that is no class of `trained`.
    pub fn labelled_like(self, trained: &Images) -> Result<Images, ReadError> {
        self.labelled_as(trained.size(), trained.classes())
    }

    /// Test images for a network that was trained on images of this size and these classes.
    ///
    /// # Errors
    /// The file has no labels, images of another size, or a label of no class.
    pub fn labelled_as(self, expected: ImageSize, classes: &Classes) -> Result<Images, ReadError> {
        self.of_size(expected)?.into_images(Ok(classes.clone()))
    }

    /// Refuses images of another size.
    ///
    /// # Errors
    /// The images have another size.
    pub fn of_size(self, expected: ImageSize) -> Result<Self, ReadError> {
        let found = self.size;
        if found == expected {
            return Ok(self);
        }
        Err(ReadError { path: self.path, problem: Problem::OtherSize { found, expected } })
    }

    /// The classes of the labels.
    ///
    /// # Errors
    /// The file has no labels, or the labels are no valid classes.
    pub fn classes(&self) -> Result<Classes, Problem> {
        match &self.labels {
            Some(labels) => Ok(labels.classes()?),
            None => Err(Problem::Unlabelled { size: self.size }),
        }
    }

    fn into_images(self, classes: Result<Classes, Problem>) -> Result<Images, ReadError> {
        let Self { path, size, pixel_max, images, labels, .. } = self;
        let joined = classes.and_then(|classes| {
            let labels = labels.ok_or(Problem::Unlabelled { size })?;
            let targets = labels.as_classes(&classes).map_err(|index| Problem::UnknownLabel {
                line: labels.line(index),
                label: labels.names()[index].clone(),
                classes: classes.clone(),
            })?;
            Ok(Images::from_parts(size, pixel_max, classes, images, targets))
        });
        joined.map_err(|problem| ReadError { path, problem })
    }

    /// These images with an augmentation, as a training with this seed sees them before its first
    /// epoch. Outliers keep the labels of the images whose place they take.
    #[must_use]
    pub fn augmented(self, augmentation: &Augmentation, seed: u64) -> Self {
        if augmentation.is_none() {
            return self;
        }
        let mut images = self.images.clone();
        let originals = Originals {
            image: &|row| self.images.image(row),
            rows: self.rows(),
            size: self.size,
            full: self.pixel_max.get(),
            classes: 1,
        };
        for (row, pixels) in images.iter_mut().enumerate() {
            augmentation.apply_to(&originals, row, (seed, 0), pixels);
        }
        Self { images, ..self }
    }

    /// Width and height of each image.
    pub fn size(&self) -> ImageSize {
        self.size
    }

    /// The pixel value of full ink.
    pub fn pixel_max(&self) -> NonZeroU8 {
        self.pixel_max
    }

    /// The pixels of each row.
    pub fn images(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.rows()).map(|row| self.images.image(row))
    }

    /// The pixels of a row.
    ///
    /// # Panics
    /// There is no such row.
    pub fn image(&self, row: usize) -> &[u8] {
        self.images.image(row)
    }

    /// The labels; none if the file has none.
    pub fn labels(&self) -> Option<&Labels> {
        self.labels.as_ref()
    }

    /// The ids of the rows; none if the file has none.
    pub fn ids(&self) -> Option<&Ids> {
        self.ids.as_ref()
    }

    /// The scale of the values in the file.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// How the file was understood.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.images.len()
    }

    /// SHA-256 of the unpacked content, in hexadecimal; it does not depend on the packing.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

impl From<ClassesError> for Problem {
    fn from(error: ClassesError) -> Self {
        Self::Classes(error)
    }
}
