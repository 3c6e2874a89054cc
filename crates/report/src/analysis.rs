//! The report of an analysis, from its run folders alone.
//!
//! 1. [`findings`] computes the sentences on each experiment from the results of its [`levels`],
//!    and [`conclusion`] those on the whole study.
//! 2. [`charts`] draws the results.
//! 3. [`evaluation`](crate::evaluation) evaluates the best network on the test images.
//! 4. [`page`] renders everything as one document, for `report.html` and `report.pdf`, and
//!    [`markdown`] the findings as `results.md`. [`results_csv`] lists every run. The main
//!    pictures are also in `pictures/`, for other documents.

pub mod charts;
pub mod conclusion;
pub mod findings;
pub mod level_tables;
pub mod levels;
pub mod markdown;
pub mod page;
pub mod results_csv;

use std::{fs, path::Path};

use host::FileError;
use study::{Results, StudyFolder, results};

use crate::{
    chart::Chart,
    document::{Document, html},
    error::ReportError,
    files::{remove_file, write_file},
};
use charts::{Against, Colors};
use conclusion::StudyFindings;

pub use levels::{Experiment, Level};

/// The report as a PDF, which the program `pdf` writes.
const PDF: &str = "report.pdf";
/// The picture of all experiments together.
const UNITED: &str = "united";
/// The kinds of pictures of an experiment.
const KINDS: [&str; 4] = ["accuracy", "accuracy-closely", "final", "map"];

/// Writes `report.html`, `results.csv`, `results.md` and `pictures/` into the folder of an
/// analysis, and removes the pictures and the `report.pdf` of an earlier report.
///
/// # Errors
/// A file of a run cannot be read, or a file of the report cannot be written.
pub fn write(folder: &StudyFolder) -> Result<(), ReportError> {
    let results = results::read(folder)?;
    let findings = StudyFindings::of(&results);
    let mut page = page::of(&findings, folder)?;
    page.blocks.extend(page::best::to_try(&results, folder));
    let path = |name: &str| folder.path().join(name);
    remove_file(&path(PDF))?;
    write_file(path("results.csv"), results_csv::of(&results))?;
    write_file(path("report.html"), Ok(html::of(&page).into_bytes()))?;
    let pictures = write_pictures(&results, folder)?;
    write_file(path("results.md"), Ok(markdown::of(&findings, &pictures).into_bytes()))?;
    Ok(())
}

/// Writes the main pictures, and returns their names.
fn write_pictures(results: &Results, folder: &StudyFolder) -> Result<Vec<String>, ReportError> {
    let colors = Colors::of(&results.experiments);
    let png = |chart: Option<Chart>| chart.map(|chart| chart.png());
    let mut pictures = Vec::new();
    for experiment in &results.experiments {
        let accuracies = charts::accuracies(experiment, Against::Epochs, &colors);
        let closely = charts::accuracies_closely(experiment, Against::Epochs, &colors);
        let each = [
            png(accuracies),
            png(closely),
            png(charts::finals(experiment, &colors)),
            charts::heat_map(experiment).map(|map| map.png()),
        ];
        let names = KINDS.map(|kind| format!("{}-{kind}", experiment.design.name));
        pictures.extend(names.into_iter().zip(each));
    }
    pictures.push((UNITED.to_owned(), png(charts::united(&results.experiments))));

    let folder = folder.path().join("pictures");
    fs::create_dir_all(&folder).map_err(|reason| FileError { path: folder.clone(), reason })?;
    let mut names = Vec::new();
    for (name, png) in pictures {
        let Some(png) = png else { continue };
        let png = png.map_err(ReportError::picture("report"))?;
        write_file(folder.join(format!("{name}.png")), Ok(png))?;
        names.push(name);
    }
    remove_old_pictures(&folder, &names)?;
    Ok(names)
}

/// Removes the pictures of experiments that are no longer in the study. Files of other names stay.
fn remove_old_pictures(folder: &Path, names: &[String]) -> Result<(), FileError> {
    for entry in fs::read_dir(folder).map_err(FileError::at(folder))? {
        let path = entry.map_err(FileError::at(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(name) = name.strip_suffix(".png") else { continue };
        let is_ours = name == UNITED
            || KINDS
                .iter()
                .any(|kind| name.strip_suffix(kind).is_some_and(|name| name.ends_with('-')));
        if is_ours && !names.iter().any(|written| written == name) {
            remove_file(&path)?;
        }
    }
    Ok(())
}

/// The report of an analysis as a document.
///
/// # Errors
/// A file of a run cannot be read, or a picture cannot be drawn.
pub fn document(folder: &StudyFolder) -> Result<Document, ReportError> {
    page::of(&StudyFindings::of(&results::read(folder)?), folder)
}
