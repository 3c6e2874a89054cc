//! The report as a document.

pub(super) mod best;
mod experiment;
mod reading;
mod setup;

use study::StudyFolder;

use super::{
    charts::{self, Against, Colors},
    conclusion::{StudyFindings, Times, TimesTable, Topic},
};
use crate::{
    document::{Block, Cell, Document, Style, Table, Text},
    error::ReportError,
};

/// Where a report is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// In a browser: the curves of every run can be opened.
    Browser,
    /// On paper: only the curves of the first run of each level are printed.
    Paper,
}

/// The report on a study, whose runs are in this folder.
pub fn of(
    study: &StudyFindings,
    folder: &StudyFolder,
    medium: Medium,
) -> Result<Document, ReportError> {
    let results = study.results;
    let trials = results.completed();
    let colors = Colors::of(&results.experiments);
    let mut blocks = Vec::new();
    if !study.answer.is_empty() {
        blocks.push(Block::list(&study.answer));
    }
    let lead = lead(study, &colors)?;
    blocks.extend(lead.iter().cloned());
    blocks.push(Block::Contents);
    for findings in &study.experiments {
        blocks.extend(experiment::section(findings, &colors, lead.first(), medium)?);
    }
    blocks.extend(conclusion(&study.conclusion));
    blocks.extend(best::section(results, folder)?);
    blocks.push(Block::section("About this study", "reading"));
    blocks.push(reading::section(results));
    if !trials.is_empty() {
        blocks.push(setup::section(&trials));
    }
    blocks.extend(times(&study.times));
    Ok(Document { title: "How settings change training".to_owned(), blocks })
}

/// The picture of the answer, with its sentence: accuracy by updates, where batch sizes differ; or
/// over the learning rate divided by the batch size; or the accuracies of the first experiment.
fn lead(study: &StudyFindings, colors: &Colors) -> Result<Vec<Block>, ReportError> {
    let experiments = &study.results.experiments;
    let by_updates = experiments
        .iter()
        .filter(|experiment| experiment.design.factors == ["batch_size"])
        .filter(|experiment| experiment.design.along.is_empty())
        .find_map(|experiment| charts::accuracies(experiment, Against::Updates, colors));
    let first = || charts::finals(experiments.first()?, colors);
    let (chart, caption) = match (by_updates, charts::united(experiments)) {
        (Some(chart), _) => (chart, BY_UPDATES),
        (None, Some(chart)) => (chart, UNITED),
        (None, None) => match first() {
            Some(chart) => (chart, ""),
            None => return Ok(Vec::new()),
        },
    };
    let caption =
        (!caption.is_empty()).then(|| Block::paragraph(Text::styled(Style::Quiet, caption)));
    Ok([Block::figure(&chart)?].into_iter().chain(caption).collect())
}

const BY_UPDATES: &str = "Accuracy against updates of the weights: where the curves of the batch \
                          sizes coincide, the number of updates alone decides.";
const UNITED: &str = "Accuracy against learning rate divided by batch size, of all experiments \
                      that differ in these alone. At equal epochs, a larger ratio also means more \
                      updates.";

/// The conclusion of the study.
fn conclusion(topics: &[Topic]) -> Vec<Block> {
    let title = (!topics.is_empty()).then(|| Block::section("Conclusion", "conclusion"));
    let topic =
        |topic: &Topic| [Block::Heading(topic.title.to_owned()), Block::list(&topic.sentences)];
    title.into_iter().chain(topics.iter().flat_map(topic)).collect()
}

/// The times of all levels, to unfold.
fn times(times: &Times) -> Vec<Block> {
    if times.tables.is_empty() {
        return Vec::new();
    }
    let table = |(title, levels): &TimesTable| {
        Block::Table(Table {
            caption: Some(title.clone()),
            head: vec![["level", "seconds"].map(Cell::header).to_vec()],
            body: levels.iter().map(|(level, seconds)| Cell::row(level, [seconds])).collect(),
            ..Table::default()
        })
    };
    let about = "Median seconds of training of a run, without validation; runs may have shared the \
                 processor. Nothing else in this report depends on them.";
    let mut blocks = vec![Block::paragraph(about)];
    if !times.sentences.is_empty() {
        blocks.push(Block::list(&times.sentences));
    }
    blocks.extend(times.tables.iter().map(table));
    vec![Block::Fold { summary: Text::from("Times"), blocks }]
}
