//! Whatever a file holds, the reader gives rows or says what is wrong, and both ways of reading
//! agree.

#![no_main]

use std::{env, fs, process};

use data::ReadOptions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = env::temp_dir().join(format!("fuzz-{}.csv", process::id()));
    fs::write(&path, bytes).expect("the temporary folder can be written to");
    if let Ok(scan) = ReadOptions::default().scan(&path) {
        let form = scan.form.to_string();
        assert!(!form.contains(char::is_control), "no text for a terminal: {form:?}");
    }
    match data::read(&path) {
        Ok(set) => {
            assert!(set.rows() > 0 && set.images().all(|image| image.len() == set.size().pixels()));
            if let Some(labels) = set.labels() {
                assert!(labels.of_rows().len() == set.rows());
                assert!(
                    labels.of_rows().iter().all(|row| usize::from(*row) < labels.names().len())
                );
            }
            let scan = ReadOptions::default().scan(&path).expect("what can be read can be opened");
            assert!(scan.problems.is_empty() && scan.set == Some(set));
        }
        Err(error) => {
            let told = error.to_string();
            assert!(!told.contains(char::is_control), "no text for a terminal: {told:?}");
            if let Ok(scan) = ReadOptions::default().scan(&path) {
                let first = scan.problems.first().expect("a file that is refused has a problem");
                assert_eq!(first.to_string(), error.problem.to_string());
            }
        }
    }
});
