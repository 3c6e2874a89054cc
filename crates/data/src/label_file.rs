//! Labels in a file of their own, in the order of the images: one in each line, or an array.

use std::{io::BufRead, path::Path};

use crate::{
    ImageSet, Labels, Problem, ReadError,
    arrays::{idx, npy, npz},
    labels::LabelsBuilder,
    source,
};

/// Adds the labels of this file to the images.
///
/// # Errors
/// The file cannot be read, or has another number of labels.
pub(crate) fn add(set: &mut ImageSet, path: &Path) -> Result<(), ReadError> {
    let failed = |problem| ReadError { path: path.to_owned(), problem };
    if set.labels.is_some() {
        let what = "these images have labels in their own file; expected either those or --labels";
        return Err(failed(Problem::Form(what.to_owned())));
    }
    set.labels = Some(read(path, set.rows()).map_err(failed)?);
    set.form.note("labels", format!("labels from {}", path.display()));
    Ok(())
}

/// The labels in a file, for this number of images.
///
/// # Errors
/// The file cannot be read, or has another number of labels.
pub(crate) fn read(path: &Path, rows: usize) -> Result<Labels, Problem> {
    if let Some((file, array)) = npz::split(path) {
        return npz::array(file, &array.to_string_lossy())?.into_labels(rows);
    }
    let read = source::with_content(path, |content, _| match content.fill_buf() {
        Ok(head) if idx::is_idx(head) => idx::read(content)?.into_labels(rows),
        Ok(head) if npy::is_npy(head) => npy::read(content)?.into_labels(rows),
        _ => lines(content, rows),
    });
    read.map_err(Problem::Open)?
}

/// The labels in the lines of a text.
fn lines(text: &mut dyn BufRead, rows: usize) -> Result<Labels, Problem> {
    let mut lines = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.map_err(|reason| Problem::Read { line, reason })?;
        let text = text.trim_start_matches('\u{feff}').trim().to_owned();
        if !text.is_empty() {
            lines.push((line, text));
        }
    }
    // One line more than there are images is a header.
    let header = usize::from(lines.len() == rows + 1);
    let mut labels = LabelsBuilder::default();
    for (line, label) in &lines[header..] {
        // An index may stand in front.
        let label = label.rsplit([',', ';', '\t']).next().unwrap_or_default();
        if !labels.push(label.trim().trim_matches('"').as_bytes(), *line) {
            return Err(Problem::Form(format!("line {line}: too many different labels")));
        }
    }
    if labels.rows() != rows {
        let found = labels.rows();
        let what = format!("{found} labels; expected {rows}, one for each image");
        return Err(Problem::Form(what));
    }
    Ok(labels.finish())
}
