//! Whatever a file holds, the reader gives rows or says what is wrong. The form is told from the
//! content: all forms that the crate `data` reads are reached from here.

#![no_main]

use std::fs;

use data::ReadOptions;
use fuzz::{empty_folder, read_both_ways};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = empty_folder().join("images");
    fs::write(&path, bytes).expect("the temporary folder can be written to");
    read_both_ways(&ReadOptions::default(), &path);
});
