//! Whatever the files of images, labels and names hold, and however they are to be read: the reader
//! gives rows or says what is wrong.
//!
//! An input is four bytes for the options, and the files, with `=====` between them.

#![no_main]

use std::{fs, io::Write, num::NonZeroU8, path::Path};

use data::{ImageSize, LabelColumn, ReadOptions};
use fuzz::{empty_folder, parts, read_both_ways};
use libfuzzer_sys::fuzz_target;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

fuzz_target!(|bytes: &[u8]| {
    let Some(([flags, column, width, height], files)) = bytes.split_first_chunk() else { return };
    let has = |bit: u8| flags & (1 << bit) != 0;
    let [images, labels, names] = parts(files);
    let folder = empty_folder();
    let write = |name: &str, content: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, content).expect("the temporary folder can be written to");
        path
    };
    let optional = |name, content: &[u8]| (!content.is_empty()).then(|| write(name, content));
    let mut options = ReadOptions {
        image: ImageSize::new(usize::from(*width), usize::from(*height)),
        pixel_max: if has(0) { NonZeroU8::MIN } else { NonZeroU8::MAX },
        label_column: match column {
            1 => Some(LabelColumn::First),
            2 => Some(LabelColumn::Last),
            3 => Some(LabelColumn::None),
            4 => Some(LabelColumn::Named("class".to_owned())),
            _ => None,
        },
        labels: None,
        class_names: optional("names", names),
        transpose: has(1),
        invert: has(2),
        grey: has(3),
    };
    let path = folder.join("images");
    if has(4) {
        write_arrays(&path, [("x_train", images), ("y_train", labels)]);
    } else {
        write("images", images);
        options.labels = optional("labels", labels);
    }
    read_both_ways(&options, &path);
});

/// Writes a `.npz`, which no fuzzer would put together: it has checksums.
fn write_arrays(path: &Path, arrays: [(&str, &[u8]); 2]) {
    let file = fs::File::create(path).expect("the temporary folder can be written to");
    let mut archive = ZipWriter::new(file);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::STORE);
    for (name, content) in arrays.into_iter().filter(|(_, content)| !content.is_empty()) {
        archive.start_file(format!("{name}.npy"), stored).expect("the archive can be written");
        archive.write_all(content).expect("the archive can be written");
    }
    archive.finish().expect("the archive can be written");
}
