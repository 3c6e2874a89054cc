//! The first pass over a table: finds out what its columns are.

use std::io::BufRead;

use csv::ByteRecord;
use host::text::counted;

use super::{
    Content,
    columns::{Columns, Survey, describe_label},
    dialect::Dialect,
    header,
    records::{Hashed, Records},
    spread::{Candidate, Stats},
    values::Value,
};
use crate::{
    Form, Problem, ReadOptions,
    checksum::Checksum,
    shown::{printable, shortened},
};

/// What the first pass has found.
pub(super) struct Surveyed<'a> {
    pub(super) options: &'a ReadOptions,
    pub(super) header: Option<ByteRecord>,
    pub(super) columns: Columns,
    /// The fields of each row, with an empty one behind a last separator.
    pub(super) width: usize,
    pub(super) form: Form,
    pub(super) bytes: u64,
    pub(super) sha256: String,
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
        while records.next()?.is_some() {
            pass.see(&mut records);
        }
        pass.is_cut = pass.rows == 1 && pass.line == records.line && !records.is_ended;
        (pass.blank, pass.comments) = (records.blank, records.comments);
        pass.is_quoted = records.is_quoted;
        Ok(pass)
    }

    /// Takes up the current record.
    fn see(&mut self, records: &mut Records<'_>) {
        let Records { record, names, comments, is_arff, line, .. } = records;
        if self.rows == 0 && self.header.is_none() {
            let are_names = |names: &ByteRecord| {
                names.len() == record.len() && (*is_arff || header::is_header(names))
            };
            if let Some(names) = names.take().filter(are_names) {
                *comments -= usize::from(!*is_arff);
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
            (self.width, self.line) = (record.len(), *line);
            self.stats = vec![Stats::default(); record.len()];
        }
        self.rows += 1;
        if record.len() != self.width {
            return;
        }
        for (stats, field) in self.stats.iter_mut().zip(&*record) {
            stats.add(Value::of(field));
        }
        let last = record.iter().rposition(|field| !field.trim_ascii().is_empty());
        for (candidate, place) in self.candidates.iter_mut().zip([Some(0), Some(1), last]) {
            if let Some(field) = place.and_then(|place| record.get(place)) {
                candidate.add(field, *line);
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
                "line {}: {}; expected {named} as in the header",
                self.line,
                counted(stats.len(), "column")
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
            .map(|(count, what)| counted(count, what))
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
