//! Decides what each column of a table is: label, id, or pixel.

use std::fmt;

use csv::ByteRecord;

use super::{
    header::{names_id, names_label, plain_name},
    values::Value,
};
use crate::{
    Form, ImageSize, LabelColumn, Problem, ReadOptions,
    classes::MOST_CLASSES,
    labels::LabelsBuilder,
    set::Scale,
    shown::{printable, shortened},
};

/// What is known of a column from all rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Stats {
    /// The numbers of fields of each kind.
    pub(super) wholes: usize,
    pub(super) fractions: usize,
    pub(super) texts: usize,
    pub(super) empty: usize,
    pub(super) min: f64,
    pub(super) max: f64,
}

impl Stats {
    pub(super) fn add(&mut self, value: Value) {
        match value {
            Value::Whole(_) => self.wholes += 1,
            Value::Fraction(_) => self.fractions += 1,
            Value::Text => self.texts += 1,
            Value::Empty => self.empty += 1,
        }
        if let Some(number) = value.number() {
            (self.min, self.max) = (self.min.min(number), self.max.max(number));
        }
    }
}

/// The different texts of a column that may be labels.
#[derive(Debug, Default)]
pub(super) struct Candidate {
    labels: LabelsBuilder,
    /// Whether there are more different texts than there may be classes.
    is_full: bool,
}

impl Candidate {
    pub(super) fn add(&mut self, field: &[u8], line: usize) {
        self.is_full = self.is_full || !self.labels.push(field.trim_ascii(), line);
    }

    /// How its values are distributed, if they can be labels.
    fn spread(&self, stats: &Stats) -> Spread {
        if self.is_full || stats.fractions > 0 {
            return Spread::Other;
        }
        Spread::of(&self.labels.counts())
    }

    /// Whether nearly every row has a text of its own.
    fn is_different_everywhere(&self) -> bool {
        self.is_full || self.labels.distinct() * 2 > self.labels.rows()
    }
}

/// How the values of a column are distributed. Labels are a few values, each of several rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spread {
    /// No labels: a single value, or more than there may be classes.
    Other,
    /// One value in most rows, and values that come only once: a pixel near the border rather than
    /// labels.
    Uneven,
    /// Labels rather than a pixel: no value comes only once, none is in most of the rows.
    Even,
    /// Either.
    Between,
}

impl Spread {
    /// The spread of values that come in these numbers of rows.
    pub(super) fn of(counts: &[usize]) -> Self {
        let rows: usize = counts.iter().sum();
        let fewest = counts.iter().copied().min().unwrap_or_default();
        let most = counts.iter().copied().max().unwrap_or_default();
        match counts.len() {
            2..=MOST_CLASSES if fewest == 1 && most * 5 >= rows * 4 => Self::Uneven,
            2..=MOST_CLASSES if fewest > 1 && most * 5 <= rows * 3 => Self::Even,
            2..=MOST_CLASSES => Self::Between,
            _ => Self::Other,
        }
    }

    /// Which of two columns has the labels; none if that is not certain.
    pub(super) fn choose(first: Self, last: Self) -> Option<Which> {
        match (first, last) {
            (Self::Other, Self::Other) => None,
            (_, Self::Other) | (Self::Even, Self::Uneven) => Some(Which::First),
            (Self::Other, _) | (Self::Uneven, Self::Even) => Some(Which::Last),
            _ => None,
        }
    }
}

/// The first column, or the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    First,
    Last,
}

/// What is known of the columns of a table.
pub(super) struct Survey<'a> {
    pub(super) options: &'a ReadOptions,
    pub(super) header: Option<&'a ByteRecord>,
    pub(super) stats: &'a [Stats],
    /// The candidates in the first, the second and the last column.
    pub(super) candidates: &'a [Candidate; 3],
    /// Whether the rows have one column more than the header: names of rows, as R writes them.
    pub(super) has_row_names: bool,
    /// The line of the first row.
    pub(super) line: usize,
    /// Whether that line ends the file without a line end.
    pub(super) is_cut: bool,
}

/// What the columns are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Columns {
    pub(super) label: Option<usize>,
    pub(super) reason: Reason,
    pub(super) id: Option<usize>,
    /// The name of the ids.
    pub(super) id_name: String,
    pub(super) pixels: Vec<usize>,
    pub(super) size: ImageSize,
    /// Values of a pixel: 1, or 3 of colour.
    pub(super) channels: usize,
    pub(super) scale: Scale,
}

/// Why the labels are in a column, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    Given,
    /// The header has no such name.
    NoSuchName(String),
    Name,
    PixelsAlone,
    /// This other column, counted from 1, cannot be labels.
    NotThere(usize),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("as given"),
            Self::NoSuchName(name) => write!(f, "no column is called {name}"),
            Self::Name => f.write_str("by its name"),
            Self::PixelsAlone => f.write_str("the other columns are pixels"),
            Self::NotThere(column) => write!(f, "the values of column {column} are no labels"),
        }
    }
}

/// Adds the column of the labels to the description of a file: `column 785 (class), by its name`.
pub(super) fn describe_label(
    form: &mut Form,
    label: Option<usize>,
    reason: &Reason,
    header: Option<&ByteRecord>,
) {
    let Some(column) = label else {
        return form.add("label", format!("none: {reason}"));
    };
    let name = header.and_then(|header| header.get(column)).map(plain_name);
    let name = name.filter(|name| !name.is_empty());
    let name =
        name.map_or_else(String::new, |name| format!(" ({})", printable(&shortened(&name, 20))));
    let text = format!("column {}{name}: {reason}", column + 1);
    match reason {
        Reason::NotThere(_) => form.note("label", text),
        _ => form.add("label", text),
    }
}

impl Survey<'_> {
    /// Decides what each column is.
    ///
    /// # Errors
    /// That is not certain, or the pixels are no image.
    pub(super) fn columns(&self) -> Result<Columns, Problem> {
        let mut id = self.id();
        let (label, reason) = match &self.options.label_column {
            Some(column) => self.given(column, id)?,
            None => match self.named_label()? {
                Some(found) => found,
                None => self.unnamed_label(&mut id)?,
            },
        };
        let is_pixel = |column: &usize| Some(*column) != label && Some(*column) != id;
        let pixels: Vec<usize> = (0..self.stats.len()).filter(is_pixel).collect();
        let (size, channels) = self.size(pixels.len(), label.is_some())?;
        let id_name = id.map_or_else(String::new, |id| self.name(id));
        let scale = self.scale(&pixels);
        Ok(Columns { label, reason, id, id_name, pixels, size, channels, scale })
    }

    /// The name of a column as the header has it.
    fn name(&self, column: usize) -> String {
        let column = column.checked_sub(usize::from(self.has_row_names));
        let name = self.header.and_then(|header| header.get(column?)).unwrap_or_default();
        String::from_utf8_lossy(name).trim().trim_matches('"').to_owned()
    }

    fn plain_name(&self, column: usize) -> String {
        plain_name(self.name(column).as_bytes())
    }

    fn columns_named(&self, is_it: impl Fn(&str) -> bool) -> Vec<usize> {
        if self.header.is_none() {
            return Vec::new();
        }
        (0..self.stats.len()).filter(|column| is_it(&self.plain_name(*column))).collect()
    }

    /// The column of ids: the first one with such a name, or file names.
    fn id(&self) -> Option<usize> {
        if self.has_row_names {
            return Some(0);
        }
        let named = self.columns_named(names_id);
        let is_name = |column: &usize| {
            // A column without a name is an index only in front.
            *column == 0 || !self.plain_name(*column).is_empty()
        };
        named.into_iter().find(is_name).or_else(|| {
            let is_text = self.stats[0].texts > self.rows() / 2;
            let is_label = self.header.is_some() && names_label(&self.plain_name(0));
            (is_text && !is_label && self.candidates[0].is_different_everywhere()).then_some(0)
        })
    }

    fn rows(&self) -> usize {
        let Stats { wholes, fractions, texts, empty, .. } = self.stats[0];
        wholes + fractions + texts + empty
    }

    /// The column that the user has given.
    fn given(
        &self,
        column: &LabelColumn,
        id: Option<usize>,
    ) -> Result<(Option<usize>, Reason), Problem> {
        let given = |column: usize| (Some(column), Reason::Given);
        // A file without labels has none in the first column either.
        let others = self.stats.len() - usize::from(id.is_some());
        let is_unlabelled = self.header.is_none() && self.square(others).is_some();
        match column {
            LabelColumn::None => Ok((None, Reason::Given)),
            LabelColumn::First | LabelColumn::Last if is_unlabelled => Ok((None, Reason::Given)),
            LabelColumn::First => Ok(given(usize::from(id == Some(0)))),
            LabelColumn::Last => Ok(given(self.stats.len() - 1)),
            LabelColumn::Named(name) => {
                let wanted = plain_name(name.as_bytes());
                match self.columns_named(|other| other == wanted)[..] {
                    [column] => Ok(given(column)),
                    [] if self.square(others).is_some() => {
                        Ok((None, Reason::NoSuchName(name.clone())))
                    }
                    [] => Err(Problem::Form(format!(
                        "no column is called {name:?}, the label column; the header is {}",
                        self.header.map_or_else(|| "missing".to_owned(), super::header::shown)
                    ))),
                    [first, second, ..] => Err(Problem::Form(format!(
                        "columns {} and {} are both called {name:?}; expected one of them",
                        first + 1,
                        second + 1
                    ))),
                }
            }
        }
    }

    /// The column with the name of labels.
    fn named_label(&self) -> Result<Option<(Option<usize>, Reason)>, Problem> {
        match self.columns_named(names_label)[..] {
            [] => Ok(None),
            [column] => Ok(Some((Some(column), Reason::Name))),
            [first, second, ..] => Err(Problem::Form(format!(
                "columns {} and {} are called {:?} and {:?}; choose one with --label-column",
                first + 1,
                second + 1,
                self.name(first),
                self.name(second)
            ))),
        }
    }

    /// Without a name, the label is in the first or in the last column, whichever can be one.
    fn unnamed_label(&self, id: &mut Option<usize>) -> Result<(Option<usize>, Reason), Problem> {
        let columns = self.stats.len();
        let others = columns - usize::from(id.is_some());
        if self.square(others).is_some() || self.options.labels.is_some() {
            return Ok((None, Reason::PixelsAlone));
        }
        if self.square(others - 1).is_none() {
            // The size refuses this, or says how to read it.
            return Ok((None, Reason::PixelsAlone));
        }
        let first = usize::from(*id == Some(0));
        let (first_candidate, last) = (&self.candidates[first], columns - 1);
        let middle: Vec<usize> = (first + 1..last).collect();
        // Labels are in one of the two columns only if the other one can be a pixel.
        let spread = |column, other, candidate: &Candidate| match self.can_be_pixel(other, &middle)
        {
            true => candidate.spread(&self.stats[column]),
            false => Spread::Other,
        };
        let at_first = spread(first, last, first_candidate);
        let at_last = spread(last, first, &self.candidates[2]);
        match Spread::choose(at_first, at_last) {
            Some(Which::First) => Ok((Some(first), Reason::NotThere(last + 1))),
            Some(Which::Last) => Ok((Some(last), Reason::NotThere(first + 1))),
            None => Err(Problem::Form(format!(
                "{columns} columns, and no header that says where the labels are: {} the first and \
                 the last column can be; choose with --label-column first, last or none",
                if at_first == Spread::Other { "neither" } else { "both" }
            ))),
        }
    }

    /// Whether a column can be pixels like those of these columns.
    fn can_be_pixel(&self, column: usize, others: &[usize]) -> bool {
        let Stats { fractions, texts, min, max, .. } = self.stats[column];
        let most = f64::from(self.options.pixel_max.get());
        texts == 0
            && match self.scale(others) {
                Scale::Whole => fractions == 0 && min >= 0.0 && max <= most,
                Scale::Unit => min >= 0.0 && max <= 1.0,
                Scale::Signed => min >= -1.0 && max <= 1.0,
            }
    }

    /// The scale of the values of these columns.
    fn scale(&self, pixels: &[usize]) -> Scale {
        let (mut fractions, mut min, mut max) = (0, 0.0f64, 0.0f64);
        for Stats { fractions: some, min: low, max: high, .. } in
            pixels.iter().map(|column| &self.stats[*column])
        {
            fractions += some;
            (min, max) = (min.min(*low), max.max(*high));
        }
        Scale::of_range(fractions > 0, min, max)
    }

    /// The size of images with this number of values.
    fn square(&self, values: usize) -> Option<ImageSize> {
        match self.options.image {
            Some(image) => Some(image).filter(|image| image.pixels() == values),
            None => ImageSize::square(values),
        }
    }

    /// The size of the images, and the values of each pixel.
    fn size(&self, values: usize, is_labelled: bool) -> Result<(ImageSize, usize), Problem> {
        if self.options.grey {
            let colour = values.is_multiple_of(3).then(|| self.square(values / 3)).flatten();
            if let Some(size) = colour {
                return Ok((size, 3));
            }
        }
        // A single line without an end may be cut short.
        let is_believed = |size: &ImageSize| {
            !self.is_cut || self.options.image.is_some() || *size == ImageSize::MNIST
        };
        match self.square(values).filter(is_believed) {
            Some(_) if self.options.grey => Err(Problem::Form(format!(
                "{values} columns of pixels; --grey expects three for each pixel"
            ))),
            Some(size) => Ok((size, 1)),
            None => Err(Problem::Form(self.width_reason(values, is_labelled))),
        }
    }

    /// Why these columns are no images, and what would be right.
    fn width_reason(&self, values: usize, is_labelled: bool) -> String {
        let (line, columns) = (self.line, self.stats.len());
        let plural = if columns == 1 { "" } else { "s" };
        let cut = if self.is_cut { " (the file ends here: is it cut short?)" } else { "" };
        let found = format!("line {line}: {columns} column{plural}{cut}");
        let label = if is_labelled { ", one of them the label" } else { "" };
        if values.is_multiple_of(3)
            && let Some(size) = self.square(values / 3)
        {
            return format!(
                "{found}{label}: {values} values are {size} pixels of three colours; give --grey \
                 to turn them to grey"
            );
        }
        if let Some(size) = self.options.image {
            let (with, without) = (size.pixels() + 1, size.pixels());
            return format!(
                "{found}{label}; expected {with} (label and {size} pixels) or {without} (pixels \
                 alone), as --image {size} says"
            );
        }
        if let Some(classes) = self.one_hot() {
            return format!(
                "{found}: the last {classes} have a single 1 in each row, labels in one-hot form; \
                 replace them by one column with the number of the class"
            );
        }
        if (2..25).contains(&values) {
            return format!(
                "{found}{label}: {values} values are features rather than pixels; if they are the \
                 pixels of an image, give its size as in --image 4x4"
            );
        }
        let size = if self.is_cut { ImageSize::MNIST } else { nearest_square(columns) };
        let (with, without) = (size.pixels() + 1, size.pixels());
        format!(
            "{found}{label}; expected {with} (label and {size} pixels) or {without} (pixels \
             alone); other sizes must be square, or be given as in --image 20x30"
        )
    }

    /// The number of columns at the end that look like labels in one-hot form, if the others are a
    /// square: each is 0 or 1.
    fn one_hot(&self) -> Option<usize> {
        let columns = self.stats.len();
        let is_bit = |stats: &Stats| {
            stats.texts + stats.fractions + stats.empty == 0 && stats.min >= 0.0 && stats.max <= 1.0
        };
        let ones = |classes: &usize| {
            let last = &self.stats[columns - classes..];
            let ones = last.iter().filter(|stats| stats.max == 1.0).count();
            last.iter().all(is_bit)
                && ones * 2 > *classes
                && ImageSize::square(columns - classes).is_some()
        };
        (2..=MOST_CLASSES.min(columns.saturating_sub(1))).find(ones)
    }
}

/// The size of a square image with about this number of columns; without one, that of MNIST.
fn nearest_square(columns: usize) -> ImageSize {
    const SLIP: usize = 3;
    let side = (columns as f64).sqrt().round() as usize;
    let square = ImageSize::square(side * side);
    square.filter(|size| columns.abs_diff(size.pixels()) <= SLIP).unwrap_or(ImageSize::MNIST)
}
