//! The report of an analysis, from its run folders alone.
//!
//! 1. [`insights`] says in words what follows from the [`results`].
//! 2. [`charts`] draws it.
//! 3. [`classes`] looks at the best network's test images: confusions, and a score for each class.
//! 4. [`page`] puts everything into one document: `report.html`, and `report.pdf` for who asks for it. [`table`] puts every
//!    run into `results.csv`; the main pictures are also in `pictures/`, for documents of one's own.

pub mod charts;
pub mod classes;
pub mod insights;
pub mod page;
pub mod table;

use std::{fs, io};

use self::charts::Against;

use run::folder::{FolderError, write_whole};
use study::{Completed, StudyFolder, results};

/// An experiment whose trials have run.
pub type Experiment = study::Experiment<Completed>;
/// A level whose trials have run.
pub type Level = study::Level<Completed>;

use crate::{
    ReportError,
    document::{Document, html},
};

/// Writes `report.html`, `results.csv` and `pictures/` into the folder of an analysis.
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
    write("report.html", Ok(html::of(&page).into_bytes()))?;
    let pictures = folder.path().join("pictures");
    fs::create_dir_all(&pictures).map_err(|reason| FolderError { path: pictures, reason })?;
    for experiment in &results.experiments {
        let charts = [
            ("accuracy", charts::accuracies(experiment, Against::Epochs)),
            ("accuracy-closely", charts::accuracies_closely(experiment, Against::Epochs)),
            ("final", charts::finals(experiment)),
        ];
        for (name, chart) in charts.into_iter().filter_map(|(name, chart)| Some((name, chart?))) {
            let png = chart.png().map_err(|reason| ReportError::Picture { picture: name, reason })?;
            write(&format!("pictures/{}-{name}.png", experiment.design.name), Ok(png))?;
        }
    }
    Ok(())
}

/// The report of an analysis as a document.
///
/// # Errors
/// A file of a run cannot be read, or a picture not be drawn.
pub fn document(folder: &StudyFolder) -> Result<Document, ReportError> {
    page::of(&results::read(folder)?, folder)
}
