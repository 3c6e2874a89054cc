//! Reads any table of numbers, in two passes.

use std::{collections::BTreeMap, io::BufRead};

use csv::ByteRecord;

use super::{
    Content,
    columns::{Candidate, Columns, Stats, Survey, describe_label},
    header,
    records::{Dialect, Hashed, Records},
    values::Value,
};
use crate::{
    Form, Ids, Problem, ReadOptions,
    checksum::Checksum,
    classes::MOST_CLASSES,
    colour::{self, Planes},
    error::Place,
    labels::{LONGEST, LabelsBuilder, whole},
    raw::{MAX_PIXELS, RawImages},
    set::Scale,
    shown::{printable, shortened},
};

/// The largest number of causes of errors that are told apart.
const MOST_CAUSES: usize = 20;
/// The number of places that an error shows.
const PLACES: usize = 3;

/// What the first pass has found.
pub(super) struct Surveyed<'a> {
    options: &'a ReadOptions,
    header: Option<ByteRecord>,
    columns: Columns,
    /// The fields of each row, with an empty one behind a last separator.
    width: usize,
    form: Form,
    bytes: u64,
    sha256: String,
}

/// The first pass: finds out what the columns are. If that is impossible, the content has the
/// error.
pub(super) fn survey<'a>(
    text: &mut dyn BufRead,
    options: &'a ReadOptions,
) -> Result<Surveyed<'a>, Box<Content>> {
    let (mut checksum, mut bytes) = (Checksum::new(), 0);
    let hashed = Hashed { text, checksum: &mut checksum, bytes: &mut bytes };
    let found = FirstPass::over(hashed).and_then(|pass| pass.conclude(options));
    let sha256 = checksum.finish();
    match found {
        Ok(surveyed) => Ok(Surveyed { bytes, sha256, ..surveyed }),
        Err(problem) => {
            let is_complete = !matches!(problem, Problem::Read { .. });
            let problems = vec![problem];
            Err(Box::new(Content { bytes, sha256, problems, is_complete, ..Content::default() }))
        }
    }
}

/// What the first pass collects.
struct FirstPass {
    dialect: Dialect,
    header: Option<ByteRecord>,
    /// The fields of the first row.
    width: usize,
    /// The line of the first row, and whether it ends the file without a line end.
    line: usize,
    is_cut: bool,
    rows: usize,
    repeated: usize,
    blank: usize,
    comments: usize,
    is_quoted: bool,
    stats: Vec<Stats>,
    candidates: [Candidate; 3],
}

impl FirstPass {
    fn over(text: Hashed<'_>) -> Result<Self, Problem> {
        let mut records = Records::new(text)?;
        let mut pass = Self {
            dialect: records.dialect(),
            header: None,
            width: 0,
            line: 0,
            is_cut: false,
            rows: 0,
            repeated: 0,
            blank: 0,
            comments: 0,
            is_quoted: false,
            stats: Vec::new(),
            candidates: Default::default(),
        };
        while let Some(record) = records.next()? {
            let record = record.clone();
            pass.see(&record, &mut records);
        }
        pass.is_cut = pass.rows == 1 && pass.line == records.line && !records.is_ended;
        (pass.blank, pass.comments) = (records.blank, records.comments);
        pass.is_quoted = records.is_quoted;
        Ok(pass)
    }

    fn see(&mut self, record: &ByteRecord, records: &mut Records<'_>) {
        if self.rows == 0 && self.header.is_none() {
            let is_arff = records.is_arff;
            let are_names = |names: &ByteRecord| {
                names.len() == record.len() && (is_arff || header::is_header(names))
            };
            if let Some(names) = records.take_names().filter(are_names) {
                records.comments -= usize::from(!is_arff);
                self.header = Some(names);
            } else if header::is_header(record) {
                self.header = Some(record.clone());
                return;
            }
        }
        if self.header.as_ref() == Some(record) {
            self.repeated += 1;
            return;
        }
        if self.rows == 0 {
            (self.width, self.line) = (record.len(), records.line);
            self.stats = vec![Stats::default(); record.len()];
        }
        self.rows += 1;
        if record.len() != self.width {
            return;
        }
        for (stats, field) in self.stats.iter_mut().zip(record) {
            stats.add(Value::of(field));
        }
        let last = record.iter().rposition(|field| !field.trim_ascii().is_empty());
        for (candidate, place) in self.candidates.iter_mut().zip([Some(0), Some(1), last]) {
            if let Some(field) = place.and_then(|place| record.get(place)) {
                candidate.add(field, records.line);
            }
        }
    }

    fn conclude(self, options: &ReadOptions) -> Result<Surveyed<'_>, Problem> {
        let Self { header, width, .. } = &self;
        let mut stats = self.stats.clone();
        if self.rows == 0 {
            let what = match header {
                Some(_) => "the file has a header but no rows",
                None => "the file is empty; expected rows of images (label and pixels)",
            };
            return Err(Problem::Form(what.to_owned()));
        }
        // A separator behind the last field.
        let is_empty = |stats: &Stats| stats.wholes + stats.fractions + stats.texts == 0;
        let trailing = usize::from(stats.len() > 1 && stats.last().is_some_and(is_empty));
        stats.truncate(width - trailing);
        let named = header.as_ref().map(|header| {
            let ends_empty =
                header.iter().next_back().is_some_and(|name| name.trim_ascii().is_empty());
            header.len() - usize::from(trailing > 0 && header.len() == *width && ends_empty)
        });
        let has_row_names = named.is_some_and(|named| named + 1 == stats.len());
        if let Some(named) = named.filter(|named| *named != stats.len() && !has_row_names) {
            return Err(Problem::Form(format!(
                "line {}: {} columns; expected {named} as in the header",
                self.line,
                stats.len()
            )));
        }
        let survey = Survey {
            options,
            header: header.as_ref(),
            stats: &stats,
            candidates: &self.candidates,
            has_row_names,
            line: self.line,
            is_cut: self.is_cut,
        };
        let columns = survey.columns()?;
        let form = self.form(&columns, trailing > 0);
        let Self { header, width, .. } = self;
        let (bytes, sha256) = (0, String::new());
        Ok(Surveyed { options, header, columns, width, form, bytes, sha256 })
    }

    /// The description of the file.
    fn form(&self, columns: &Columns, is_trailing: bool) -> Form {
        let mut form = Form::default();
        self.dialect.describe(&mut form);
        if self.is_quoted {
            form.add("quotes", "as in RFC 4180");
        }
        form.add("header", self.header.as_ref().map_or_else(|| "none".to_owned(), header::shown));
        describe_label(&mut form, columns.label, &columns.reason, self.header.as_ref());
        if let Some(id) = columns.id {
            let name = if columns.id_name.is_empty() {
                String::new()
            } else {
                format!(" ({})", printable(&shortened(&columns.id_name, 20)))
            };
            form.note("ids", format!("column {}{name}: ids, not pixels", id + 1));
        }
        columns.scale.describe(&mut form);
        let passed = [
            (self.blank, "blank line"),
            (self.comments, "comment"),
            (self.repeated, "repetition of the header"),
        ];
        let mut passed: Vec<String> = passed
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| host::text::counted(count, what))
            .collect();
        if is_trailing {
            passed.push("the separator behind the last column".to_owned());
        }
        if !passed.is_empty() {
            form.note("passed over", format!("passed over: {}", passed.join(", ")));
        }
        form
    }
}

/// Why rows cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    Width(usize),
    Label,
    ManyLabels,
    EmptyPixel,
    TextPixel,
    FractionPixel,
    NegativePixel,
    LargePixel,
}

/// The places of a cause.
struct Occurrence {
    places: Vec<Place>,
    count: usize,
    reason: String,
}

/// The second pass.
struct SecondPass<'a> {
    surveyed: &'a Surveyed<'a>,
    images: RawImages,
    labels: LabelsBuilder,
    ids: Vec<String>,
    causes: BTreeMap<Cause, Occurrence>,
    /// The values of a row.
    values: Vec<u8>,
    planes: Planes,
}

impl Surveyed<'_> {
    /// The second pass: reads the rows.
    pub(super) fn read(&self, text: &mut dyn BufRead) -> Content {
        let Columns { size, channels, .. } = self.columns;
        let mut pass = SecondPass {
            surveyed: self,
            images: RawImages::new(size.pixels() * channels),
            labels: LabelsBuilder::default(),
            ids: Vec::new(),
            causes: BTreeMap::new(),
            values: Vec::new(),
            planes: Planes::default(),
        };
        let (end, line) = pass.rows(text);
        let mut problems: Vec<Occurrence> = pass.causes.into_values().collect();
        problems.sort_by_key(|cause| cause.places[0].line);
        let to_problem =
            |Occurrence { places, count, reason }| Problem::Rows { places, count, reason };
        let mut problems: Vec<Problem> = problems.into_iter().map(to_problem).collect();
        let is_complete = end.is_ok();
        problems.extend(end.err());
        let mut form = self.form.clone();
        // A row is held as a line, as fields with their ends, and as what is known of each column.
        let row = 4 * line + 200 * self.width;
        let mut memory = pass.images.memory() + row;
        let images = match channels {
            1 => pass.images,
            _ => {
                let grey = colour::to_grey(&pass.images, &pass.planes, &mut form);
                memory += grey.memory();
                grey
            }
        };
        let ids =
            self.columns.id.map(|_| Ids { name: self.columns.id_name.clone(), of_rows: pass.ids });
        Content {
            size: Some(size),
            memory,
            images,
            labels: self.columns.label.map(|_| pass.labels.finish()),
            ids,
            scale: self.columns.scale,
            form,
            bytes: self.bytes,
            sha256: self.sha256.clone(),
            problems,
            is_complete,
        }
    }
}

impl SecondPass<'_> {
    /// Reads the rows; returns the memory that the longest line takes, too.
    fn rows(&mut self, text: &mut dyn BufRead) -> (Result<(), Problem>, usize) {
        match Records::new(text) {
            Ok(mut records) => (self.rows_of(&mut records), records.memory()),
            Err(problem) => (Err(problem), 0),
        }
    }

    fn rows_of(&mut self, records: &mut Records<'_>) -> Result<(), Problem> {
        let header = self.surveyed.header.as_ref();
        while let Some(record) = records.next()? {
            if header == Some(record) {
                continue;
            }
            let record = record.clone();
            if (self.images.len() + 1) * self.images.pixels() > MAX_PIXELS {
                return Err(Problem::Form(format!(
                    "line {}: more than {MAX_PIXELS} pixels so far; expected fewer or smaller \
                     images",
                    records.line
                )));
            }
            let line = records.line;
            let is_cut = !records.is_ended;
            self.row(&record, line, is_cut);
        }
        Ok(())
    }

    /// Adds a row, or notes why it cannot be used.
    fn row(&mut self, record: &ByteRecord, line: usize, is_cut: bool) {
        let Surveyed { columns, width, .. } = self.surveyed;
        if record.len() != *width {
            let found = record.len();
            let plural = if found == 1 { "" } else { "s" };
            let cut = if is_cut { " (the file ends here: is it cut short?)" } else { "" };
            let reason =
                format!("{found} column{plural}; expected {width} as in the lines before{cut}");
            return self.refuse(Cause::Width(found), line, None, reason);
        }
        let label = columns.label.map(|column| record.get(column).unwrap_or_default().trim_ascii());
        let is_labelled = label.is_none_or(|label| self.label(label, line));
        if !self.pixels(record, line) || !is_labelled {
            return;
        }
        if let Some(label) = label
            && !self.labels.push(label, line)
        {
            let reason = format!(
                "a label of more than {MOST_CLASSES} different ones; expected fewer classes: is \
                 this the column of the labels?"
            );
            let column = columns.label;
            return self.refuse(Cause::ManyLabels, line, column, reason);
        }
        let values = &self.values;
        self.planes.add(values, self.surveyed.columns.channels);
        self.images.push_with(|image| {
            image.copy_from_slice(values);
            true
        });
        if let Some(id) = columns.id {
            let id = record.get(id).unwrap_or_default();
            self.ids.push(String::from_utf8_lossy(id).trim().to_owned());
        }
    }

    /// Whether a label is one; otherwise notes why not.
    fn label(&mut self, label: &[u8], line: usize) -> bool {
        const MISSING: [&str; 7] = ["", "?", "na", "n/a", "nan", "null", "none"];
        let text = String::from_utf8_lossy(label);
        let is_missing = MISSING.contains(&text.to_lowercase().as_str());
        let is_number = text.parse::<f64>().is_ok();
        let is_text = str::from_utf8(label).is_ok() && label.len() <= LONGEST;
        if !is_missing && (whole(&text).is_some() || !is_number) && is_text {
            return true;
        }
        let reason = format!("{} is not a label; expected a whole number or a name", quoted(label));
        self.refuse(Cause::Label, line, self.surveyed.columns.label, reason);
        false
    }

    /// Reads the pixels of a row into `values`; false, with the reasons noted, if one is wrong.
    fn pixels(&mut self, record: &ByteRecord, line: usize) -> bool {
        let Columns { pixels, scale, .. } = &self.surveyed.columns;
        let most = self.surveyed.options.pixel_max.get();
        self.values.clear();
        let mut wrong = Vec::new();
        for column in pixels {
            let field = record.get(*column).unwrap_or_default();
            match pixel(Value::of(field), *scale, most) {
                Ok(value) => self.values.push(value),
                Err(cause) => wrong.push((cause, *column, quoted(field))),
            }
        }
        let is_right = wrong.is_empty();
        for (cause, column, field) in wrong {
            let expected = scale.expected(most);
            let reason = format!("{field} is not a pixel value; expected {expected}");
            self.refuse(cause, line, Some(column), reason);
        }
        is_right
    }

    fn refuse(&mut self, cause: Cause, line: usize, column: Option<usize>, reason: String) {
        if self.causes.len() == MOST_CAUSES && !self.causes.contains_key(&cause) {
            return;
        }
        let occurrence = self.causes.entry(cause);
        let occurrence =
            occurrence.or_insert_with(|| Occurrence { places: Vec::new(), count: 0, reason });
        occurrence.count += 1;
        if occurrence.places.len() < PLACES {
            occurrence.places.push(Place { line, column: column.map(|column| column + 1) });
        }
    }
}

/// The pixel that a value means.
fn pixel(value: Value, scale: Scale, most: u8) -> Result<u8, Cause> {
    let number = match value {
        Value::Empty => return Err(Cause::EmptyPixel),
        Value::Text => return Err(Cause::TextPixel),
        Value::Fraction(_) if scale == Scale::Whole => return Err(Cause::FractionPixel),
        Value::Whole(number) | Value::Fraction(number) => number,
    };
    scale.pixel(number, most).ok_or(match number {
        ..0.0 => Cause::NegativePixel,
        _ => Cause::LargePixel,
    })
}

/// A field as an error shows it: in quotes, printable and short.
fn quoted(field: &[u8]) -> String {
    const SHOWN: usize = 20;
    format!("{:?}", shortened(&String::from_utf8_lossy(field), SHOWN))
}
