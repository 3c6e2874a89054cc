//! Labels in a file of their own, in the order of the images: one in each line, or an array.

use std::{io::BufRead, path::Path};

use host::text::counted;

use crate::{
    ImageSet, Labels, Problem, ReadError,
    arrays::{Array, idx, npy, npz},
    labels::LabelsBuilder,
    memory::PER_LABEL,
    source,
    text::next_line,
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
    let (labels, memory) = read(path, set.rows()).map_err(failed)?;
    set.memory = set.memory.max(set.held() + memory);
    set.labels = Some(labels);
    set.form.note("labels", format!("labels from {}", path.display()));
    Ok(())
}

/// The labels in a file, for this number of images, and the most bytes of memory that they took.
///
/// # Errors
/// The file cannot be read, or has another number of labels.
pub(crate) fn read(path: &Path, rows: usize) -> Result<(Labels, usize), Problem> {
    let of_array = |array: Array| {
        let memory = array.memory();
        Ok((array.into_labels(rows)?, memory + rows * PER_LABEL))
    };
    if let Some((file, array)) = npz::split(path) {
        return of_array(npz::array(file, &array.to_string_lossy())?);
    }
    let array = source::with_content(path, |content, _| match content.fill_buf() {
        Ok(head) if idx::is_idx(head) => idx::read(content).map(Some),
        Ok(head) if npy::is_npy(head) => npy::read(content).map(Some),
        _ => Ok(None),
    });
    match array.map_err(Problem::Open)?? {
        Some(array) => of_array(array),
        None => Ok((of_lines(path, rows)?, rows * PER_LABEL)),
    }
}

/// The labels in the lines of a text.
fn of_lines(path: &Path, rows: usize) -> Result<Labels, Problem> {
    let mut found = 0;
    for_each_line(path, |_, _| {
        found += 1;
        Ok(())
    })?;
    // One line more than there are images is a header.
    let header = usize::from(found == rows + 1);
    let (mut labels, mut passed) = (LabelsBuilder::default(), 0);
    for_each_line(path, |line, text| {
        passed += 1;
        // An index may stand in front.
        let label = text.rsplit([',', ';', '\t']).next().unwrap_or_default();
        if passed <= header || labels.push(label.trim().trim_matches('"').as_bytes(), line) {
            return Ok(());
        }
        Err(Problem::Form(format!("line {line}: too many different labels")))
    })?;
    if labels.rows() != rows {
        let found = counted(labels.rows(), "label");
        let what = format!("{found}; expected {rows}, one for each image");
        return Err(Problem::Form(what));
    }
    Ok(labels.finish())
}

/// Passes on the number and the text of each line that is not blank.
fn for_each_line(
    path: &Path,
    mut see: impl FnMut(usize, &str) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let read = |content: &mut dyn BufRead, _| {
        let mut bytes = Vec::new();
        for line in 1.. {
            bytes.clear();
            if next_line(content, b'\n', line, &mut bytes)? == 0 {
                break;
            }
            let text = String::from_utf8_lossy(&bytes);
            let text = text.trim_start_matches('\u{feff}').trim();
            if !text.is_empty() {
                see(line, text)?;
            }
        }
        Ok(())
    };
    source::with_content(path, read).map_err(Problem::Open)?
}
