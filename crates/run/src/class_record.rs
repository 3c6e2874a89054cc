//! The classes in `summary.json`: their number, and their names.

use data::{
    Classes,
    classes::{ClassesError, MOST_CLASSES},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// The fields of `summary.json`.
#[derive(Serialize, Deserialize)]
struct ClassRecord {
    /// The number of classes.
    #[serde(default = "digits")]
    classes: usize,
    /// Their names. Older runs have none.
    #[serde(default)]
    class_names: Option<Classes>,
    /// In older runs, the label of the first class, 0 or 1; the others follow without gaps.
    #[serde(default, skip_serializing)]
    first_label: u16,
}

/// The number of classes of older runs, which knew only MNIST.
fn digits() -> usize {
    10
}

pub(crate) fn serialize<S: Serializer>(
    classes: &Classes,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let record = ClassRecord {
        classes: classes.count(),
        class_names: Some(classes.clone()),
        first_label: 0,
    };
    record.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Classes, D::Error> {
    let ClassRecord { classes, class_names, first_label } = ClassRecord::deserialize(deserializer)?;
    match class_names {
        Some(names) => Ok(names),
        None if classes > MOST_CLASSES => Err(D::Error::custom(ClassesError::TooMany(classes))),
        None => Ok(Classes::numbered(first_label, classes)),
    }
}
