//! The report of an analysis, from its run folders alone.
//!
//! 1. [`findings`] computes the sentences on each experiment from the [`results`], and
//!    [`conclusion`] those on the whole study.
//! 2. [`charts`] draws the results.
//! 3. [`evaluation`](crate::evaluation) evaluates the best network on the test images.
//! 4. [`page`] renders everything as one document, for `report.html` and `report.pdf`, and
//!    [`markdown`] the findings as `results.md`. [`results_csv`] lists every run. The main
//!    pictures are also in `pictures/`, for other documents.

pub mod charts;
pub mod conclusion;
pub mod findings;
pub mod level_tables;
pub mod markdown;
pub mod page;
pub mod results_csv;

use std::{fs, io};

use self::{
    charts::{Against, Colors},
    conclusion::StudyFindings,
};

use run::Epoch;
use run::folder::{FolderError, write_whole};
use study::{Completed, FactorValue, Results, StudyFolder, results, stats::Sample};

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
    let findings = StudyFindings::of(&results);
    let mut page = page::of(&findings, folder)?;
    page.blocks.extend(page::best::to_try(&results, folder)?);
    let write = |name: &str, content: io::Result<Vec<u8>>| {
        let path = folder.path().join(name);
        let written = content.and_then(|content| write_whole(&path, &content));
        written.map_err(|reason| FolderError { path, reason })
    };
    write("results.csv", results_csv::of(&results))?;
    write("report.html", Ok(html::of(&page).into_bytes()))?;
    let names = write_pictures(&results, folder)?;
    write("results.md", Ok(markdown::of(&findings, &names).into_bytes()))?;
    Ok(())
}

/// Writes the main pictures, and gives their names.
fn write_pictures(results: &Results, folder: &StudyFolder) -> Result<Vec<String>, ReportError> {
    let pictures = folder.path().join("pictures");
    fs::create_dir_all(&pictures)
        .map_err(|reason| FolderError { path: pictures.clone(), reason })?;
    let mut names = Vec::new();
    let mut write =
        |name: String, png: Option<Result<Vec<u8>, String>>| -> Result<(), ReportError> {
            let Some(png) = png else { return Ok(()) };
            let png = png.map_err(ReportError::picture("report"))?;
            let path = pictures.join(format!("{name}.png"));
            write_whole(&path, &png).map_err(|reason| FolderError { path, reason })?;
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
    page::of(&StudyFindings::of(&results::read(folder)?), folder)
}

/// A value of each epoch that every seed of a level completed, over seeds.
fn by_epoch(level: &Level, value: impl Fn(&Completed, &Epoch) -> f64) -> Vec<Sample> {
    let epochs = level.trials.iter().map(|trial| trial.history.epochs().len()).min().unwrap_or(0);
    let sample = |epoch: usize| {
        let values = level.trials.iter().map(|trial| value(trial, &trial.history.epochs()[epoch]));
        Sample::of(&values.collect::<Vec<_>>())
    };
    (0..epochs).filter_map(sample).collect()
}

/// The level with these values of a factor and of the other factor.
fn level_at<'a>(
    experiment: &'a Experiment,
    factor: usize,
    value: &FactorValue,
    other: &FactorValue,
) -> Option<&'a Level> {
    if factor == 0 { experiment.level_at(value, other) } else { experiment.level_at(other, value) }
}
