//! Names of classes from a mapping file.

use std::{
    collections::HashMap,
    io::{self, Read},
    path::Path,
};

use host::text::counted;

use crate::{ImageSet, Problem, ReadError, labels::whole, read::with, source};

/// The largest number of bytes of a file of names.
const MOST: u64 = 1 << 20;

/// Gives the labels of these images the names of this file. Its lines are names, in the order of
/// the labels; or a label and its name, `0 T-shirt`; or, as EMNIST has it, a label and the code of
/// its character, `10 65` for A.
///
/// # Errors
/// The file cannot be read, or has no name for a label.
pub(crate) fn apply(set: &mut ImageSet, path: &Path) -> Result<(), ReadError> {
    let failed = |problem| ReadError { path: path.to_owned(), problem };
    let Some(labels) = set.labels.take() else { return Ok(()) };
    let text = read(path).map_err(Problem::Open).map_err(failed)?;
    let lines: Vec<&str> = text
        .trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let names = names(&lines, labels.names()).map_err(Problem::Form).map_err(failed)?;
    set.labels = Some(labels.renamed(names).map_err(Problem::Classes).map_err(failed)?);
    set.sha256 = with(&set.sha256, text.as_bytes());
    set.form.note("class names", format!("names from {}", path.display()));
    Ok(())
}

/// The text of a file of names, which is small.
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    source::open(path)?.take(MOST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST {
        let what = format!("more than {MOST} bytes; expected the names of classes, one in a line");
        return Err(io::Error::other(what));
    }
    Ok(text)
}

/// The name of each label.
fn names(lines: &[&str], labels: &[String]) -> Result<Vec<String>, String> {
    let pairs: Option<Vec<(String, &str)>> = lines.iter().map(|line| pair(line)).collect();
    let Some(pairs) = pairs else { return in_order(lines, labels) };
    let are_codes = pairs.iter().all(|(_, name)| code(name).is_some());
    let name = |name: &str| match code(name) {
        Some(character) if are_codes => character.to_string(),
        _ => name.to_owned(),
    };
    let known: HashMap<&str, String> =
        pairs.iter().map(|(label, text)| (label.as_str(), name(text))).collect();
    let found = |label: &String| {
        known.get(label.as_str()).cloned().ok_or_else(|| format!("no name for label {label}"))
    };
    labels.iter().map(found).collect()
}

/// Names without labels: those of all labels, in order; or, as of a test set that lacks a class,
/// those of the numbers from 0 on.
fn in_order(lines: &[&str], labels: &[String]) -> Result<Vec<String>, String> {
    if lines.len() == labels.len() {
        return Ok(lines.iter().map(|line| (*line).to_owned()).collect());
    }
    let place = |label: &String| label.parse().ok().and_then(|place: usize| lines.get(place));
    let names: Option<Vec<String>> =
        labels.iter().map(|label| place(label).map(|name| (*name).to_owned())).collect();
    // Without a label 0, the numbers may count from 1.
    names.filter(|_| labels.first().is_some_and(|label| label == "0")).ok_or_else(|| {
        format!(
            "{} for {} classes; expected one for each, or a label and its name in each line",
            counted(lines.len(), "name"),
            labels.len()
        )
    })
}

/// A label, and what stands behind it in its line.
fn pair(line: &str) -> Option<(String, &str)> {
    let (label, name) = line.split_once([' ', '\t', ',', ';', ':'])?;
    Some((whole(label)?.to_string(), name.trim().trim_matches('"')))
}

/// The character of a code; of two, that of the upper case, which comes first.
fn code(name: &str) -> Option<char> {
    let mut codes = name.split_whitespace().map(str::parse::<u32>);
    let first = codes.next()?.ok()?;
    codes.all(|code| code.is_ok()).then(|| char::from_u32(first))?.filter(|it| !it.is_control())
}
