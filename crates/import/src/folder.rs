//! A folder with a folder of pictures for each class, as Keras' `image_dataset_from_directory` and
//! torchvision's `ImageFolder` read it: the names of the folders are the classes.

use std::{
    fs,
    path::{Component, Path},
};

use data::{
    Ids, ImageSize,
    import::{Foreign, Imported, root},
};
use host::text::counted;
use photo::grey;

use crate::{Error, scale::Scaler};

/// The endings of pictures, in lower case.
const ENDINGS: [&str; 9] = ["bmp", "gif", "jpeg", "jpg", "jfif", "png", "tif", "tiff", "webp"];

/// The bytes of memory that a file takes in the lists of files, names and classes.
const PER_FILE: usize = 300;

/// Reads a folder: that of the training images, if it has `train` and `test`.
///
/// # Errors
/// A picture cannot be decoded, they have several sizes, or there are none.
pub fn read(folder: &Path, asked: Option<ImageSize>) -> Result<Imported, Error> {
    let root = root(folder);
    let files = Foreign::Pictures.files(folder).map_err(|error| Error::form(folder, error))?;
    let (mut scaler, mut labels, mut names) = (Scaler::new(asked), Vec::new(), Vec::new());
    let (mut others, mut without_class, mut largest) = (0, 0, 0);
    for file in &files {
        let ending = file.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        if !ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
            others += 1;
            continue;
        }
        let inside = file.strip_prefix(&root).unwrap_or(file);
        let mut parts = inside.components();
        let class = match (parts.next(), parts.next()) {
            (Some(Component::Normal(class)), Some(_)) => class.to_string_lossy().into_owned(),
            _ => {
                without_class += 1;
                String::new()
            }
        };
        let failed = |reason| Error::Picture { path: file.clone(), reason };
        let bytes = fs::read(file).map_err(|error| failed(error.into()))?;
        largest = largest.max(bytes.len());
        let picture = grey::decode(bytes).map_err(failed)?;
        scaler.add(&picture).map_err(|reason| Error::form(folder, reason))?;
        labels.push(class);
        names.push(inside.to_string_lossy().into_owned());
    }
    if labels.is_empty() {
        let expected = "no pictures; expected a folder of pictures for each class, such as 0/1.png";
        return Err(Error::form(folder, expected));
    }
    let is_labelled = without_class == 0;
    if !is_labelled && without_class < labels.len() {
        return Err(Error::form(
            folder,
            format!(
                "{} beside the folders of the classes; expected each picture in the folder of its \
                 class",
                counted(without_class, "picture")
            ),
        ));
    }
    // The lists of files, of names and of classes double as they grow.
    let names_memory = names.iter().map(|name: &String| PER_FILE + 4 * name.len()).sum::<usize>();
    let memory = names_memory + largest + scaler.memory();
    let (size, images, mut notes) =
        scaler.finish().map_err(|reason| Error::form(folder, reason))?;
    if others > 0 {
        notes.push(format!("{} passed over: no pictures", counted(others, "file")));
    }
    Ok(Imported {
        size,
        images,
        labels: is_labelled.then_some(labels),
        ids: Some(Ids { name: "file".to_owned(), of_rows: names }),
        format: "a folder of pictures for each class".to_owned(),
        notes,
        memory,
    })
}
