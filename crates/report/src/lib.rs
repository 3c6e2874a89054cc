//! Charts, tables and reports of finished runs. This crate reads run folders and nothing else, and
//! never links Burn.
//!
//! 1. [`curves`] has the learning curves of a run.
//! 2. [`chart`] draws curves of any kind as SVG and as PNG, over an [`axis`]; [`grid`] puts small
//!    charts side by side, [`sheet`] small images; [`heat`] draws heat maps.
//! 3. [`font`] is the font of all pictures, so that they look the same on a bare server.
//! 4. [`run_summary`] summarizes a run in a few lines of text; [`evaluation`] evaluates a network.
//! 5. [`analysis`] writes the report of an analysis: the results of its runs, and its findings.
//! 6. [`document`] has the blocks of a report, and renders them as a web page.
//! 7. [`demo`] makes a page for drawing, with the predictions of a network.
//! 8. [`names`] are the names of classes, as all of these show them.
//! 9. [`show`] displays charts and tables in notebooks.
//!
//! Two other crates take minutes to compile: `pdf` renders a document as PDF, `bundle` executes the
//! notebook and packs the files to hand in.

pub mod analysis;
pub mod axis;
mod canvas;
pub mod chart;
pub mod contact_sheet;
pub mod curves;
pub mod demo;
pub mod document;
mod error;
pub mod evaluation;
pub mod font;
pub mod grid;
pub mod heat;
pub mod names;
pub mod picture;
pub mod run_summary;
pub mod sheet;
pub mod show;
mod words;

pub use curves::{draw, draw_missing};
pub use error::ReportError;
