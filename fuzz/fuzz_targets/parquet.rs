//! Whatever a Parquet file holds, its pictures are imported, or it is refused in a line.

#![no_main]

use std::fs;

use data::ReadOptions;
use fuzz::{empty_folder, import_and_read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let folder = empty_folder();
    let path = folder.join("train.parquet");
    fs::write(&path, bytes).expect("the temporary folder can be written to");
    import_and_read(&ReadOptions::default(), &path, &folder.join("cache"));
});
