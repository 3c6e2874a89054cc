//! Parquet as Hugging Face's `datasets` writes it: a column `image` with the bytes of pictures, and
//! a column `label`, whose names stand in the metadata of the file.

use std::{
    fs::File,
    panic::AssertUnwindSafe,
    path::{Path, PathBuf},
};

use data::{
    ImageSize,
    import::{Foreign, Imported},
};
use host::panics;
use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::{Field, Row},
};
use photo::grey;

use crate::{Error, scale::Scaler};

/// The bytes of memory that a label takes in a list that doubles.
const PER_LABEL: usize = 100;
/// The names of the columns of labels.
const LABELS: [&str; 6] = ["label", "labels", "class", "target", "digit", "fine_label"];

/// Reads a file, with all parts of it.
///
/// # Errors
/// The file is damaged, has no pictures, or they have several sizes.
pub fn read(path: &Path, asked: Option<ImageSize>) -> Result<Imported, Error> {
    let files = Foreign::Parquet.files(path).map_err(|error| Error::form(path, error))?;
    let (mut scaler, mut labels) = (Scaler::new(asked), Vec::new());
    let mut largest = 0;
    for file in &files {
        // The library panics where the pages of a file contradict its metadata.
        let part = AssertUnwindSafe(|| read_part(file, &mut scaler, &mut labels));
        let part = panics::caught(part);
        let damaged = |reason| Error::form(file, format!("a damaged Parquet file ({reason})"));
        largest = largest.max(part.map_err(damaged)??);
    }
    let count = labels.len();
    let labels: Option<Vec<String>> = labels.into_iter().collect();
    let memory = count * PER_LABEL + largest + scaler.memory();
    let (size, images, notes) = scaler.finish().map_err(|reason| Error::form(path, reason))?;
    if labels.is_none() && count == 0 {
        return Err(Error::form(path, "no rows"));
    }
    Ok(Imported { size, images, labels, ids: None, format: "Parquet".to_owned(), notes, memory })
}

/// Reads one part; returns the bytes of its largest group of rows.
fn read_part(
    path: &PathBuf,
    scaler: &mut Scaler,
    labels: &mut Vec<Option<String>>,
) -> Result<usize, Error> {
    let file = File::open(path).map_err(|error| Error::form(path, error))?;
    let reader = SerializedFileReader::new(file).map_err(|error| Error::form(path, error))?;
    let names = class_names(&reader);
    let rows = reader.get_row_iter(None).map_err(|error| Error::form(path, error))?;
    for row in rows {
        let row = row.map_err(|error| Error::form(path, error))?;
        let Some(bytes) = picture(&row) else {
            let expected = "a row without a picture; expected a column of pictures, as Hugging \
                            Face has it: image, with its bytes";
            return Err(Error::form(path, expected));
        };
        let decoded = grey::decode(bytes);
        let picture = decoded.map_err(|reason| Error::Picture { path: path.clone(), reason })?;
        scaler.add(&picture).map_err(|reason| Error::form(path, reason))?;
        labels.push(label(&row, &names));
    }
    let groups = reader.metadata().row_groups().iter();
    let largest = groups.map(|group| group.total_byte_size()).max().unwrap_or_default();
    Ok(usize::try_from(largest).unwrap_or_default())
}

/// The bytes of the picture in a row.
fn picture(row: &Row) -> Option<Vec<u8>> {
    row.get_column_iter().find_map(|(_, field)| match field {
        Field::Group(image) => image.get_column_iter().find_map(|(name, field)| match field {
            Field::Bytes(bytes) if name == "bytes" => Some(bytes.data().to_vec()),
            _ => None,
        }),
        Field::Bytes(bytes) => Some(bytes.data().to_vec()),
        _ => None,
    })
}

/// The label of a row: its name, if the file has names.
fn label(row: &Row, names: &[String]) -> Option<String> {
    let of_name = |wanted: &&str| {
        row.get_column_iter()
            .find(|(name, _)| name.to_lowercase() == **wanted)
            .map(|(_, field)| field)
    };
    let field = LABELS.iter().find_map(of_name)?;
    let number = match field {
        Field::Str(text) => return Some(text.clone()),
        Field::Long(number) => *number,
        Field::Int(number) => i64::from(*number),
        Field::Short(number) => i64::from(*number),
        Field::Byte(number) => i64::from(*number),
        Field::UByte(number) => i64::from(*number),
        Field::UShort(number) => i64::from(*number),
        Field::UInt(number) => i64::from(*number),
        Field::ULong(number) => i64::try_from(*number).ok()?,
        _ => return None,
    };
    let name = usize::try_from(number).ok().and_then(|number| names.get(number));
    Some(name.cloned().unwrap_or_else(|| number.to_string()))
}

/// The names of the classes in the metadata: `{"info": {"features": {"label": {"names": […]}}}}`.
fn class_names(reader: &SerializedFileReader<File>) -> Vec<String> {
    let metadata = reader.metadata().file_metadata().key_value_metadata();
    let entry =
        metadata.and_then(|entries| entries.iter().find(|entry| entry.key == "huggingface"));
    let text = entry.and_then(|entry| entry.value.as_deref()).unwrap_or_default();
    let json: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let features = &json["info"]["features"];
    let names = LABELS.iter().find_map(|label| features[label]["names"].as_array());
    let names =
        names.map(|names| names.iter().filter_map(|name| name.as_str()).collect::<Vec<_>>());
    names.unwrap_or_default().into_iter().map(str::to_owned).collect()
}
