//! Whatever a picture in the folder of a class holds, its grey values are imported, or it is
//! refused in a line.

#![no_main]

use std::fs;

use data::{ImageSize, ReadOptions};
use fuzz::{empty_folder, import_and_read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let folder = empty_folder();
    for (class, end) in [("a", "png"), ("b", "jpeg")] {
        let class = folder.join("pictures").join(class);
        fs::create_dir_all(&class).expect("the temporary folder can be written to");
        // The content tells the format, not the name.
        fs::write(class.join("1").with_extension(end), bytes)
            .expect("the temporary folder can be written to");
    }
    let pictures = folder.join("pictures");
    for image in [None, ImageSize::new(8, 8)] {
        let options = ReadOptions { image, ..ReadOptions::default() };
        import_and_read(&options, &pictures, &folder.join("cache"));
    }
});
