//! The report of an analysis, from its run folders alone.
//!
//! 1. [`findings`] computes the sentences on each experiment from the results of its [`levels`],
//!    and [`conclusion`] those on the whole study.
//! 2. [`charts`] draws the results.
//! 3. [`evaluation`](crate::evaluation) evaluates the best network on the test images.
//! 4. `page` renders everything as one document, for `report.html` and `report.pdf`, and
//!    `markdown` the findings as `results.md`. `results_csv` lists every run. The main
//!    pictures are also in `pictures/`, for other documents.

pub mod charts;
pub mod conclusion;
pub mod findings;
pub mod level_tables;
pub mod levels;
mod markdown;
mod page;
mod results_csv;

use std::{collections::HashSet, fs, path::Path};

use host::{FileError, file::remove, write_whole};
use study::{Results, StudyFolder, results};

use crate::{
    document::{Document, html},
    error::ReportError,
    picture::Picture,
};
use charts::{Colors, UNITED};
use conclusion::StudyFindings;

pub use levels::{Experiment, Level};

/// The report as a PDF, which the program `pdf` writes.
const PDF: &str = "report.pdf";

/// Writes `report.html`, `results.csv`, `results.md` and `pictures/` into the folder of an
/// analysis, and removes the pictures and the `report.pdf` of an earlier report.
///
/// # Errors
/// A file of a run cannot be read, or a file of the report cannot be written.
pub fn write(folder: &StudyFolder) -> Result<(), ReportError> {
    let results = results::read(folder)?;
    let findings = StudyFindings::of(&results);
    let mut page = page::of(&findings, folder, page::Medium::Browser)?;
    page.blocks.extend(page::best::to_try(&results, folder));
    let path = |name: &str| folder.path().join(name);
    remove(&path(PDF))?;
    let csv = results_csv::of(&results).map_err(FileError::at(&path("results.csv")))?;
    write_whole(&path("results.csv"), &csv)?;
    write_whole(&path("report.html"), html::of(&page).as_bytes())?;
    write_pictures(&results, &path("pictures"))?;
    write_whole(&path("results.md"), markdown::of(&findings).as_bytes())?;
    Ok(())
}

/// Writes the charts of all experiments into a folder.
fn write_pictures(results: &Results, folder: &Path) -> Result<(), ReportError> {
    fs::create_dir_all(folder).map_err(FileError::at(folder))?;
    let mut written = HashSet::new();
    let mut write = |name: String, picture: &dyn Picture| {
        write_whole(&folder.join(&name), &picture.png()?)?;
        written.insert(name);
        Ok::<_, ReportError>(())
    };
    let colors = Colors::of(&results.experiments);
    for experiment in &results.experiments {
        for (chart, picture) in charts::of(experiment, &colors) {
            write(chart.file(experiment), &*picture)?;
        }
    }
    if let Some(united) = charts::united(&results.experiments) {
        write(UNITED.to_owned(), &united)?;
    }
    Ok(remove_old_pictures(folder, &written)?)
}

/// Removes the pictures of experiments that are no longer in the study. Files of other names stay.
fn remove_old_pictures(folder: &Path, written: &HashSet<String>) -> Result<(), FileError> {
    for entry in fs::read_dir(folder).map_err(FileError::at(folder))? {
        let path = entry.map_err(FileError::at(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if charts::is_picture(&name) && !written.contains(&*name) {
            remove(&path)?;
        }
    }
    Ok(())
}

/// The report of an analysis as a document for paper.
///
/// # Errors
/// A file of a run cannot be read, or a picture cannot be drawn.
pub fn document(folder: &StudyFolder) -> Result<Document, ReportError> {
    page::of(&StudyFindings::of(&results::read(folder)?), folder, page::Medium::Paper)
}
