//! The report of an analysis, from its run folders alone.
//!
//! 1. [`results`] reads what the runs gave.
//! 2. [`insights`] says in words what follows from it.
//! 3. [`charts`] draws it.
//! 4. [`classes`] looks at the best network's test images: confusions, and a score for each digit.
//! 5. [`page`] puts everything into `report.html`, and [`table`] every run into `results.csv`.

pub mod charts;
pub mod classes;
pub mod insights;
pub mod page;
pub mod results;
pub mod table;

use std::io;

use run::{
    StudyFolder,
    folder::{FolderError, write_whole},
};

use crate::ReportError;

/// Writes `report.html` and `results.csv` into the folder of an analysis.
///
/// # Errors
/// A file of a run cannot be read, or the report not be written.
pub fn write(folder: &StudyFolder) -> Result<(), ReportError> {
    let results = results::read(folder)?;
    let page = page::of(&results, folder)?;
    let write = |name: &str, content: io::Result<Vec<u8>>| {
        let path = folder.path().join(name);
        let written = content.and_then(|content| write_whole(&path, &content));
        written.map_err(|reason| FolderError { path, reason })
    };
    write("results.csv", table::of(&results))?;
    write("report.html", Ok(page.into_bytes()))?;
    Ok(())
}
