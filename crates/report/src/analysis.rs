//! The report of an analysis, from its run folders alone.
//!
//! 1. [`insights`] says in words what follows from the [`results`] of an experiment, and
//!    [`conclusion`] from all of them.
//! 2. [`charts`] draws it.
//! 3. [`evaluation`](crate::evaluation) measures the best network on the test images.
//! 4. [`page`] puts everything into one document: `report.html`, and `report.pdf` if it is asked
//!    for. [`table`] puts every run into `results.csv`, and [`markdown`] the findings into
//!    `results.md`; the main pictures are also in `pictures/`, for documents of one's own.

pub mod charts;
pub mod conclusion;
pub mod insights;
pub mod markdown;
pub mod page;
pub mod table;

use std::{fs, io};

use self::charts::{Against, Colors};

use host::{FileError, write_whole};
use study::{Completed, Results, StudyFolder, results};

/// An experiment whose trials have run.
pub type Experiment = study::Experiment<Completed>;
/// A level whose trials have run.
pub type Level = study::Level<Completed>;

use crate::{
    ReportError,
    chart::Chart,
    document::{Document, html},
};

/// Writes `report.html`, `results.csv`, `results.md` and `pictures/` into the folder of an
/// analysis.
///
/// # Errors
/// A file of a run cannot be read, or the report not be written.
pub fn write(folder: &StudyFolder) -> Result<(), ReportError> {
    let results = results::read(folder)?;
    let mut page = page::of(&results, folder)?;
    page.blocks.extend(page::best::to_try(&results, folder)?);
    let write = |name: &str, content: io::Result<Vec<u8>>| {
        let path = folder.path().join(name);
        write_whole(&path, &content.map_err(FileError::at(&path))?)
    };
    write("results.csv", table::of(&results))?;
    write("report.html", Ok(html::of(&page).into_bytes()))?;
    let names = write_pictures(&results, folder)?;
    write("results.md", Ok(markdown::of(&results, &names).into_bytes()))?;
    Ok(())
}

/// Writes the main pictures, and gives their names.
fn write_pictures(results: &Results, folder: &StudyFolder) -> Result<Vec<String>, ReportError> {
    let pictures = folder.path().join("pictures");
    fs::create_dir_all(&pictures).map_err(FileError::at(&pictures))?;
    let mut names = Vec::new();
    let mut write =
        |name: String, png: Option<Result<Vec<u8>, String>>| -> Result<(), ReportError> {
            let Some(png) = png else { return Ok(()) };
            let png = png.map_err(|reason| ReportError::Picture { picture: "report", reason })?;
            write_whole(&pictures.join(format!("{name}.png")), &png)?;
            names.push(name);
            Ok(())
        };
    let colors = Colors::of(&results.experiments);
    for experiment in &results.experiments {
        let name = |kind: &str| format!("{}-{kind}", experiment.design.name);
        let png = |chart: Option<Chart>| chart.map(|chart| chart.png());
        write(name("accuracy"), png(charts::accuracies(experiment, Against::Epochs, &colors)))?;
        write(
            name("accuracy-closely"),
            png(charts::accuracies_closely(experiment, Against::Epochs, &colors)),
        )?;
        write(name("final"), png(charts::finals(experiment, &colors)))?;
        write(name("map"), charts::heat_map(experiment).map(|map| map.png()))?;
    }
    write("united".to_owned(), charts::united(&results.experiments).map(|chart| chart.png()))?;
    Ok(names)
}

/// The report of an analysis as a document.
///
/// # Errors
/// A file of a run cannot be read, or a picture not be drawn.
pub fn document(folder: &StudyFolder) -> Result<Document, ReportError> {
    page::of(&results::read(folder)?, folder)
}
