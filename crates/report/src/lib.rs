//! Charts, tables and reports of finished runs. This crate reads run folders and nothing else, and
//! never links Burn.
//!
//! 1. [`curves`] says what the learning curves of a run show.
//! 2. [`chart`] draws curves of any kind, as SVG and as PNG, over an [`axis`]; [`grid`] puts small
//!    charts side by side, [`sheet`] small images; [`heat`] draws heat maps.
//! 3. [`font`] is the font of all pictures, so that they look the same on a bare server.
//! 4. [`table`] summarizes a run in a few lines of text; [`evaluation`] says how good its network
//!    is.
//! 5. [`analysis`] makes the report of an analysis: the results of its runs, and what follows from
//!    them.
//! 6. [`document`] has the blocks of which a report consists, and turns them into a web page.
//! 7. [`demo`] makes a page on which one draws, and a network says what it sees.
//! 8. [`show`] makes charts and tables appear in notebooks.
//!
//! What takes minutes to compile is in two other crates: `pdf` makes a PDF of a document, `bundle`
//! executes the notebook and packs what is handed in.

pub mod analysis;
pub mod axis;
mod canvas;
pub mod chart;
pub mod curves;
pub mod demo;
pub mod document;
pub mod evaluation;
pub mod font;
pub mod grid;
pub mod heat;
mod image;
pub mod sheet;
pub mod show;
pub mod table;

use host::FileError;
use run::{Run, RunError, RunFolder};

/// Why a run cannot be reported on. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A file of the run cannot be read, or a picture cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A run cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A picture cannot be drawn.
    #[error("{picture}: {reason}")]
    Picture {
        /// The picture.
        picture: &'static str,
        /// What the drawing library says.
        reason: String,
    },
}

/// Draws the learning curves of the run in this folder, writes them there as SVG and as PNG, and
/// returns the names of the PNGs. Before the first epoch is done, there is nothing to draw.
///
/// # Errors
/// A file of the run cannot be read, or a picture cannot be written.
pub fn draw(folder: &RunFolder) -> Result<Vec<String>, ReportError> {
    let history = folder.read_history()?;
    let config = Run::read(folder.clone())?.config;
    if history.last().is_none() {
        return Ok(Vec::new());
    }
    let mut drawn = Vec::new();
    for (name, chart) in curves::of_run(&config, &history) {
        let failed = |reason: String| ReportError::Picture { picture: name, reason };
        let png = format!("{name}.png");
        folder.write(&format!("{name}.svg"), chart.svg().map_err(failed)?.as_bytes())?;
        folder.write(&png, &chart.png().map_err(failed)?)?;
        drawn.push(png);
    }
    Ok(drawn)
}
