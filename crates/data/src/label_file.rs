//! Labels in a file of their own: one in each line, in the order of the images.

use std::{io::BufRead, path::Path};

use crate::{ImageSet, Labels, Problem, ReadError, labels::LabelsBuilder, source};

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
    let read = source::with_content(path, |text, _| labels(text, set.rows()));
    set.labels = Some(read.map_err(Problem::Open).and_then(|labels| labels).map_err(failed)?);
    set.form.note("labels", format!("labels from {}", path.display()));
    Ok(())
}

fn labels(text: &mut dyn BufRead, rows: usize) -> Result<Labels, Problem> {
    let mut lines = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.map_err(|reason| Problem::Read { line, reason })?;
        let text = text.trim_start_matches('\u{feff}').trim().trim_matches('"').trim().to_owned();
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
        return Err(Problem::Form(format!(
            "{} labels; expected {rows}, one for each image",
            labels.rows()
        )));
    }
    Ok(labels.finish())
}
