//! Decides what each column of a table is: label, id, or pixel.

use std::fmt;

use csv::ByteRecord;

use super::{
    header::{names_id, names_label, plain_name},
    spread::{Candidate, Spread, Stats, Which},
};
use crate::{
    Form, ImageSize, LabelColumn, Problem, ReadOptions,
    set::Scale,
    shown::{printable, shortened},
};

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
        let is_named = !self.columns_named(names_label).is_empty();
        let is_unlabelled = !is_named && self.square(others).is_some();
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
        // All columns may be the id.
        let pixels = others.checked_sub(1);
        if pixels.and_then(|pixels| self.square(pixels)).is_none() {
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
}
