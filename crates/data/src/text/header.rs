//! Recognizes a header, and the names in it.

use std::collections::HashSet;

use csv::ByteRecord;

use super::values::Value;
use crate::shown::{printable, shortened};

/// The names of a column of labels.
const LABELS: [&str; 9] =
    ["label", "labels", "class", "target", "y", "digit", "letter", "category", "character"];
/// The names of a column of ids. The first column of pandas' index has none.
const IDS: [&str; 11] = [
    "",
    "id",
    "idx",
    "index",
    "imageid",
    "image_id",
    "filename",
    "file",
    "file_name",
    "rownames",
    "row.names",
];

/// A name as it is compared: without blanks, quotes and a comment sign, in lower case.
pub(super) fn plain_name(field: &[u8]) -> String {
    let name = String::from_utf8_lossy(field);
    let name = name.trim().trim_start_matches('#').trim();
    let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
    name.trim().to_lowercase()
}

/// Whether this is the name of a column of labels.
pub(super) fn names_label(name: &str) -> bool {
    LABELS.contains(&name)
}

/// Whether this is the name of a column of ids.
pub(super) fn names_id(name: &str) -> bool {
    IDS.contains(&name)
        || name.strip_prefix("unnamed: ").is_some_and(|rest| rest.parse::<u32>().is_ok())
}

/// Whether the first record of a file is a header: names, or the numbers of the columns.
pub(super) fn is_header(record: &ByteRecord) -> bool {
    let values: Vec<Value> = record.iter().map(Value::of).collect();
    let texts = values.iter().filter(|value| **value == Value::Text).count();
    // In a row, only a label and a file name are text.
    texts > 2 || texts * 2 >= record.len().max(1) || are_numbered(&values) || are_mangled(record)
}

/// Whether all columns, but for two that may have a name or none, are numbered from 0 or 1 on.
fn are_numbered(values: &[Value]) -> bool {
    // Fewer numbers might be a row.
    const FEWEST: usize = 16;
    let numbers: Vec<f64> = values.iter().filter_map(|value| value.number()).collect();
    let is_from_the_start = matches!(numbers.first(), Some(0.0 | 1.0));
    let others = values.len() - numbers.len();
    is_from_the_start
        && numbers.len() >= FEWEST
        && others <= 2
        && numbers.windows(2).all(|pair| pair[0] + 1.0 == pair[1])
}

/// Whether these are numbers that pandas has made into different names: it takes a first row of
/// numbers for a header, and writes its second `0` as `0.1`, its third as `0.2`.
fn are_mangled(record: &ByteRecord) -> bool {
    let mut names: HashSet<&[u8]> = HashSet::new();
    if !record.iter().all(|name| names.insert(name)) {
        return false;
    }
    let mut is_mangled = false;
    for name in record {
        let Some(point) = name.iter().rposition(|byte| *byte == b'.') else { continue };
        let (base, count) = (&name[..point], &name[point + 1..]);
        let Some(count) = str::from_utf8(count).ok().and_then(|count| count.parse::<u32>().ok())
        else {
            return false;
        };
        let before = match count {
            0 => return false,
            1 => base.to_vec(),
            _ => [base, b".", (count - 1).to_string().as_bytes()].concat(),
        };
        if !names.contains(before.as_slice()) {
            return false;
        }
        is_mangled = true;
    }
    is_mangled
}

/// A header as it is shown: `label,1x1,…,28x28`.
pub(super) fn shown(record: &ByteRecord) -> String {
    const SHOWN: usize = 20;
    let name = |field: &[u8]| shortened(&String::from_utf8_lossy(field), SHOWN);
    let fields: Vec<&[u8]> = record.iter().collect();
    printable(&match &fields[..] {
        [first, second, .., last] if fields.len() > 3 => {
            format!("{},{},…,{}", name(first), name(second), name(last))
        }
        few => few.iter().map(|field| name(field)).collect::<Vec<_>>().join(","),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> ByteRecord {
        ByteRecord::from(text.split(',').collect::<Vec<_>>())
    }

    #[test]
    fn names_and_numbers_of_columns_are_headers_and_rows_are_not() {
        let numbered = |first: u32, count: u32| {
            (first..first + count).map(|number| number.to_string()).collect::<Vec<_>>().join(",")
        };
        for header in [
            "label,pixel0,pixel1,pixel2".to_owned(),
            numbered(0, 65),
            numbered(1, 64),
            format!("label,{}", numbered(0, 64)),
            format!(",{},class", numbered(0, 64)),
            "5,0,0.1,0.2,0.3,18,18.1,0.4".to_owned(),
        ] {
            assert!(is_header(&record(&header)), "{header}");
        }
        for row in [
            format!("cat,{}", ["0"; 64].join(",")),
            format!("a.png,7,{}", ["0"; 64].join(",")),
            format!("7,{}", ["0.0"; 64].join(",")),
            "0.1,0.25,0.5,0.75".to_owned(),
            "5,0,1,2,3,4".to_owned(),
            ["0"; 65].join(","),
        ] {
            assert!(!is_header(&record(&row)), "{row}");
        }
    }
}
